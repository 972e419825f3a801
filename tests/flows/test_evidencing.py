"""A stranger verifies an evidence bundle with sha256sum and OpenSSL, and nothing of ours."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from opentimestamps.core.notary import BitcoinBlockHeaderAttestation
from opentimestamps.core.serialize import BytesDeserializationContext
from opentimestamps.core.timestamp import DetachedTimestampFile

from desktop.errors import UsageProblem
from desktop.flows.describing import add_evidence, edit_party, split_equally
from desktop.flows.evidencing import evidence_bundle
from desktop.flows.identifying import create_identity
from desktop.flows.renewing import rotate
from desktop.flows.responding import withdraw
from desktop.flows.splitting import make_sheet
from desktop.flows.syncing import sync
from desktop.flows.timestamping import add_service
from desktop.model.times import utc_now
from desktop.model.timestamps import ServiceKind
from desktop.services import Services
from tests.studio import REGISTRY, add_works, queue
from tests.timestamps.givers import HEIGHT, Authority, Calendar

needs_tools = pytest.mark.skipif(
    not (shutil.which("openssl") and shutil.which("sha256sum")),
    reason="the stranger's tools are OpenSSL 3 and sha256sum",
)


@pytest.fixture
def claimed(joined: Services) -> Services:
    """A work with everything: shares, a sheet, evidence, a receipt, a withdrawal, a new key."""
    add_works(joined, 2)
    split_equally([1], ["me", "Ben <script>"], joined)
    edit_party("Ben <script>", joined, contact="ben@band.example")
    add_evidence(1, b"We agree.", joined, kind="contract", name="../../with Ben.pdf")
    add_evidence(1, b"a sketch", joined, kind="draft", name="sketch.txt")
    make_sheet(1, joined)
    queue(joined, [1, 2])
    sync(joined)
    withdraw(1, REGISTRY, joined, reason="sold")
    sync(joined)
    sync(joined)
    rotate("", "a new computer", joined)
    create_identity("The Tides", joined)
    rotate("The Tides", "of no concern to a stranger", joined)
    sync(joined)
    return joined


def unpacked(data: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert all(not name.startswith(("/", "..")) for name in archive.namelist())
        archive.extractall(folder)
    return folder


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, cwd=folder, capture_output=True, check=False)


def genuine(folder: Path) -> bool:
    done = run(
        folder, "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin",
        "-in", "signed.bin", "-sigfile", "signature.bin",
    )  # fmt: skip
    return done.returncode == 0


@needs_tools
def test_a_stranger_verifies_it(claimed: Services, tmp_path: Path) -> None:
    folder = unpacked(evidence_bundle(1, claimed, attach=[1]), tmp_path / "evidence")
    assert run(folder, "sha256sum", "-c", "SHA256SUMS").returncode == 0
    signatures = sorted(path.parent for path in folder.rglob("signature.bin"))
    names = {path.relative_to(folder / "signed").parts[0][3:] for path in signatures}
    assert names >= {"claim-1", "receipt-1", "withdrawal-1", "split-sheet", "key-rotation"}
    rotations = {path.parent.name for path in signatures if "key-rotation" in path.parent.name}
    assert len(rotations) == 1, "only of who claimed the work"
    told = (folder / "timeline.csv").read_text()
    assert told.count(f"{REGISTRY} was told that key did:key:") == 1
    for one in signatures:
        assert genuine(one), one
        parts = [run(one, "openssl", "dgst", "-sha256", "-binary", name).stdout
                 for name in ("proof-options.jcs", "content.jcs")]  # fmt: skip
        assert b"".join(parts) == (one / "signed.bin").read_bytes()
    assert [path.name for path in (folder / "files").iterdir()] == ["01-with Ben.pdf"]
    assert (folder / "files" / "01-with Ben.pdf").read_bytes() == b"We agree."
    (signatures[0] / "signed.bin").write_bytes(bytes(64))
    assert not genuine(signatures[0])
    assert run(folder, "sha256sum", "-c", "SHA256SUMS").returncode != 0


@needs_tools
def test_a_stranger_checks_when_it_existed(claimed: Services, tmp_path: Path) -> None:
    """With OpenSSL what an authority signed, with the library of `ots` what calendars promised."""
    with Authority(tmp_path / "authority") as authority, Calendar() as calendar:
        add_service("City & Sons", ServiceKind.RFC3161, authority.url, claimed,
                    roots=authority.roots)  # fmt: skip
        add_service("Alice", ServiceKind.OPENTIMESTAMPS, calendar.url, claimed)
        sync(claimed)
        calendar.mined = True
        claimed.now = lambda: utc_now() + timedelta(hours=2)
        sync(claimed)
        [root] = calendar.roots().values()
    folder = unpacked(evidence_bundle(1, claimed), tmp_path / "evidence")
    stamped = folder / "timestamps" / "01"
    claim = hashlib.sha256((folder / "signed/01-claim-1/document.json").read_bytes()).hexdigest()
    assert claim in (stamped / "claims.txt").read_text().split()
    check = ["openssl", "ts", "-verify", "-data", "claims.txt"]
    check += ["-in", "City-Sons-1.tsr", "-CAfile", "City-Sons-1-root.pem"]
    assert run(stamped, *check).returncode == 0
    file = DetachedTimestampFile.deserialize(
        BytesDeserializationContext((stamped / "claims.txt.ots").read_bytes())
    )
    assert file.file_digest == hashlib.sha256((stamped / "claims.txt").read_bytes()).digest()
    attested = {
        one.height: message[::-1].hex()
        for message, one in file.timestamp.all_attestations()
        if isinstance(one, BitcoinBlockHeaderAttestation)
    }
    assert attested == {HEIGHT: root}
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert root in page
    assert "City &amp; Sons" in page
    assert run(folder, "sha256sum", "-c", "SHA256SUMS").returncode == 0
    (stamped / "claims.txt").write_text("changed\n")
    assert run(stamped, *check).returncode != 0


def test_the_page_is_plain_and_tells_everything(claimed: Services, tmp_path: Path) -> None:
    folder = unpacked(evidence_bundle(1, claimed), tmp_path / "evidence")
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert page.count(">holds<") == len(list(folder.rglob("signature.bin")))
    assert ">NO<" not in page
    for words in ("Receipt PR-000001", "claim.withdrawn for claim 1", "Evidence was kept: contract",
                  "Claim 1 was signed", "sha256sum -c"):  # fmt: skip
        assert words in page, words
    lines = (folder / "timeline.csv").read_text(encoding="utf-8").splitlines()
    times = [line.split(",")[0] for line in lines[1:]]
    assert times == sorted(times)


def test_nothing_private_unless_asked_for(claimed: Services, tmp_path: Path) -> None:
    plain = unpacked(evidence_bundle(1, claimed), tmp_path / "plain")
    everything = b"".join(path.read_bytes() for path in plain.rglob("*") if path.is_file())
    for secret in (b"ben@band.example", b"sketch.txt", b"We agree.", b"/works/", b"with Ben.pdf"):
        assert secret not in everything, secret
    more = unpacked(evidence_bundle(1, claimed, private=True), tmp_path / "private")
    assert b"ben@band.example" in (more / "private" / "claim-1.json").read_bytes()


def test_the_same_evidence_is_the_same_bytes(claimed: Services) -> None:
    moment = claimed.now()
    claimed.now = lambda: moment
    assert evidence_bundle(1, claimed) == evidence_bundle(1, claimed)


def test_what_there_is_no_evidence_of(claimed: Services) -> None:
    add_works(claimed, 1, word="unclaimed")
    with pytest.raises(UsageProblem, match="not claimed yet"):
        evidence_bundle(3, claimed)
    with pytest.raises(UsageProblem, match="no evidence 9"):
        evidence_bundle(1, claimed, attach=[9])
    with pytest.raises(UsageProblem, match="no work 77"):
        evidence_bundle(77, claimed)
