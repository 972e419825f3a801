"""Connectors of other packages: found by metadata, loaded late, and harmful to nobody else."""

from __future__ import annotations

import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.errors import AppError, Busy, Offline, RegistryProblem, Untrusted, UsageProblem
from desktop.flows.checking import verify_library
from desktop.flows.syncing import add_registry, check_registry, sync
from desktop.model.claims import ClaimState
from desktop.model.registries import RegistryState
from desktop.model.times import utc_now
from desktop.registries import guard, kinds, plugins
from desktop.registries.connector import Link
from desktop.registries.transport import Transport
from desktop.services import Services
from desktop.store import registries
from tests.cli.running import Cli
from tests.registries.stub import Stub
from tests.studio import REGISTRY, add_works, queue, rows

Install = Callable[..., Path]

GOOD = """
from datetime import UTC, datetime

from desktop.model.claims import Receipt
from desktop.model.registries import Description
from desktop.registries.connector import Envelope, NothingToTell, Outcome, Verdict


class Carrier(NothingToTell):
    title = "Carrier pigeons"

    def connect(self, link):
        self.link = link
        return self

    def describe(self):
        return Description(
            name="Loft", api=self.link.url, did="did:web:loft.example", methods={"k": bytes(32)},
            batch=2, body_bytes=100_000, document=b"{}",
        )

    def envelope(self, parcel):
        return Envelope(document=self.link.key.sign(parcel.document))

    def submit(self, parcels, description):
        assert not hasattr(self.link.key, "seed")
        return [self.one(parcel) for parcel in parcels]

    def one(self, parcel):
        receipt = Receipt(
            claim_hash=parcel.claim_hash, number="P-1\\x1b[31m", sequence=1,
            received=datetime.now(UTC), status="flown", document=b"{}",
        )
        return Outcome(
            claim_hash=parcel.claim_hash, verdict=Verdict.RECEIVED, receipt=receipt, number="P-1"
        )
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install a package of one module, with its metadata, where Python finds it."""
    before = set(sys.modules)

    def make(code: str, *, package: str = "pigeons", name: str = "pigeon", what: str = "") -> Path:
        folder = tmp_path / f"site-{package}"
        info = folder / f"{package}-1.2.dist-info"
        info.mkdir(parents=True)
        (folder / f"{package}.py").write_text(textwrap.dedent(code))
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.2\n")
        target = what or f"{package}:Carrier"
        (info / "entry_points.txt").write_text(f"[{plugins.GROUP}]\n{name} = {target}\n")
        monkeypatch.syspath_prepend(str(folder))
        return folder

    yield make
    for module in set(sys.modules) - before:
        if module.startswith(("pigeons", "hawks")):
            del sys.modules[module]
    plugins._loaded.clear()
    plugins._guards.clear()


def others() -> list[kinds.KindRow]:
    return [row for row in kinds.rows() if row.origin != kinds.ORIGIN]


def test_our_own_kinds_are_always_there() -> None:
    assert [row.name for row in kinds.rows()][:2] == ["open_claims", "iscc_hub"]
    assert others() == []
    with pytest.raises(UsageProblem, match="No connector"):
        kinds.kind_of("pigeon")


def test_a_package_is_listed_with_its_origin_and_not_imported(install: Install) -> None:
    install("raise SystemExit('imported too early')")
    (row,) = others()
    assert (row.name, row.origin, row.version, row.problem) == ("pigeon", "pigeons", "1.2", "")
    assert "pigeons" not in sys.modules


def test_a_package_takes_claims(install: Install, studio: Services) -> None:
    install(GOOD)
    add_registry(REGISTRY, "https://loft.example", studio, kind="pigeon")
    assert kinds.kind_of("pigeon").title == "Carrier pigeons"
    queue(studio, add_works(studio, 3))
    done = sync(studio)
    assert (done.sent, done.problems) == (3, [])
    assert {row.state for row in rows(studio)} == {ClaimState.ACKNOWLEDGED}
    checks = {check.check: check for check in verify_library(studio)}
    assert all(check.ok for check in checks.values())
    assert "3 more are of a kind that cannot be checked here" in checks["receipts"].detail
    with studio.store.read() as connection:
        registry = registries.by_name(connection, REGISTRY)
        sent = connection.execute("SELECT count(*) FROM envelopes").fetchone()[0]
    assert (registry.kind, registry.did, sent) == ("pigeon", "did:web:loft.example", 3)


def test_its_options_are_asked_for(install: Install, studio: Services) -> None:
    install(GOOD.replace('title = "Carrier', 'options = {"loft": "Loft"}\n    title = "Carrier'))
    assert kinds.options_of("pigeon") == (), "nothing is imported for a dialog"
    assert [option.label for option in kinds.kind_of("pigeon").options] == ["Loft"]
    url = "https://loft.example"
    added = add_registry(REGISTRY, url, studio, kind="pigeon", options={"loft": " 5\x1b "})
    assert added.options == {"loft": "5"}
    with pytest.raises(UsageProblem, match="no option"):
        add_registry("Two", url, studio, kind="pigeon", options={"other": "5"})


@pytest.mark.parametrize("options", ["5", "['a']", "{'a': 5}", "{'a b': 'c'}", "{5: 'c'}"])
def test_options_that_are_none(install: Install, options: str) -> None:
    install(GOOD.replace('title = "Carrier', f'options = {options}\n    title = "Carrier'))
    with pytest.raises(RegistryProblem, match="options that are not"):
        kinds.kind_of("pigeon")


def test_its_key_is_pinned_like_any_other(install: Install, studio: Services) -> None:
    folder = install(GOOD)
    add_registry(REGISTRY, "https://loft.example", studio, kind="pigeon")
    check_registry(REGISTRY, studio)
    code = (folder / "pigeons.py").read_text().replace("bytes(32)", "bytes([1]) * 32")
    (folder / "pigeons.py").write_text(code)
    del sys.modules["pigeons"]
    plugins._loaded.clear()
    plugins._guards.clear()
    with pytest.raises(Untrusted, match="not the one it had"):
        check_registry(REGISTRY, studio)


BROKEN = {
    "no module": ("", "pigeons.missing:Carrier", "ModuleNotFoundError"),
    "no such name": ("", "pigeons:Carrier", "AttributeError"),
    "import fails": ("1 / 0", "", "ZeroDivisionError"),
    "import exits": ("raise SystemExit(1)", "", "SystemExit"),
    "import interrupts": ("raise KeyboardInterrupt", "", "KeyboardInterrupt"),
    "bad syntax": ("def (", "", "SyntaxError"),
    "start fails": ("class Carrier:\n    def __init__(self): 1 / 0", "", "its start"),
    "no connect": ("class Carrier: pass", "", "no method connect"),
    "recursion": ("def f(): f()\nf()", "", "RecursionError"),
    "unspeakable exit": (
        "class E(Exception):\n    def __str__(self): raise SystemExit\nraise E",
        "",
        "no reason given",
    ),
    "memory": ("raise MemoryError", "", "MemoryError"),
    "unspeakable": (
        "class E(Exception):\n    def __str__(self): raise ValueError\nraise E",
        "",
        "no reason given",
    ),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_package_that_is_broken_says_so_and_nothing_is_added(
    install: Install, studio: Services, how: str
) -> None:
    code, what, words = BROKEN[how]
    install(code, what=what)
    assert len(others()) == 1
    with pytest.raises(RegistryProblem, match=words) as caught:
        add_registry(REGISTRY, "https://loft.example", studio, kind="pigeon")
    assert "pigeon (pigeons 1.2)" in caught.value.message
    assert "pigeons" in caught.value.message
    with studio.store.read() as connection:
        assert registries.everyone(connection) == []


def test_what_came_back_is_kept_though_the_next_batch_cannot_be_made(
    install: Install, studio: Services
) -> None:
    """Two claims are taken; the envelope of the third fails while they are still to be kept."""
    install(
        GOOD.replace(
            "return Envelope(",
            "self.made = getattr(self, 'made', 0) + 1\n"
            "        if self.made > 2:\n            raise ValueError('no more paper')\n"
            "        return Envelope(",
        )
    )
    add_registry(REGISTRY, "https://loft.example", studio, kind="pigeon")
    queue(studio, add_works(studio, 4))
    done = sync(studio)
    assert "no more paper" in str(done.problems[0][1])
    assert sorted(row.state.value for row in rows(studio)) == ["acknowledged"] * 2 + ["queued"] * 2


def with_method(name: str, body: str) -> str:
    return GOOD.replace(f"    def {name}(", f"    def old_{name}(") + textwrap.indent(
        f"\ndef {name}(self, *args):\n" + textwrap.indent(textwrap.dedent(body), "    "), "    "
    )


MISBEHAVING: dict[str, tuple[str, type[AppError], str]] = {
    "describe raises": (with_method("describe", "1 / 0"), RegistryProblem, "ZeroDivisionError"),
    "describe exits": (
        with_method("describe", "raise SystemExit"),
        RegistryProblem,
        "SystemExit",
    ),
    "describe returns a dict": (
        with_method("describe", "return {}"),
        RegistryProblem,
        "not a description",
    ),
    "describe returns wrong fields": (
        with_method(
            "describe",
            "return Description(name=5, api='', did='d', methods={}, batch=0, body_bytes=1, "
            "document=b'')",
        ),
        RegistryProblem,
        "not a description",
    ),
    "envelope returns text": (
        with_method("envelope", "return 'x'"),
        RegistryProblem,
        "not an envelope",
    ),
    "submit returns nothing": (
        with_method("submit", "return None"),
        RegistryProblem,
        "not outcomes",
    ),
    "submit returns too few": (with_method("submit", "return []"), RegistryProblem, "outcomes"),
    "submit returns others": (
        with_method(
            "submit",
            "return [Outcome(claim_hash='x', verdict=Verdict.REFUSED) for one in args[0]]",
        ),
        RegistryProblem,
        "not outcomes",
    ),
    "a receipt for nothing": (
        with_method(
            "submit",
            "return [Outcome(claim_hash=one.claim_hash, verdict=Verdict.RECEIVED) "
            "for one in args[0]]",
        ),
        RegistryProblem,
        "not outcomes",
    ),
    "is offline": (
        with_method(
            "submit", "from desktop.errors import Offline\nraise Offline('Storm\\x1b[31m.')"
        ),
        Offline,
        "Storm [31m.",
    ),
    "is busy": (
        with_method(
            "submit",
            "from desktop.errors import Busy\nraise Busy('Later.', retry_after_s='soon')",
        ),
        Busy,
        "Later.",
    ),
    "raises a store problem": (
        with_method("submit", "from desktop.errors import StoreProblem\nraise StoreProblem('Ha.')"),
        RegistryProblem,
        "StoreProblem: Ha.",
    ),
    "raises cancelled": (
        with_method("submit", "from desktop.errors import Cancelled\nraise Cancelled"),
        RegistryProblem,
        "Cancelled",
    ),
    "no submit": (GOOD.replace("def submit", "def post"), RegistryProblem, "no method submit"),
    "connect raises": (with_method("connect", "1 / 0"), RegistryProblem, "ZeroDivision"),
}


@pytest.mark.parametrize("how", MISBEHAVING)
def test_a_package_that_misbehaves_costs_itself_only(
    install: Install, studio: Services, how: str
) -> None:
    code, kind, words = MISBEHAVING[how]
    install(code)
    add_registry(REGISTRY, "https://loft.example", studio, kind="pigeon")
    with Stub() as stub:
        add_registry("Stub", stub.url, studio)
        works = add_works(studio, 3)
        queue(studio, works)
        queue(studio, works, "Stub")
        done = sync(studio)
    ((name, problem),) = done.problems
    assert (name, type(problem)) == (REGISTRY, kind)
    assert words in problem.message
    assert "pigeon (pigeons 1.2)" in problem.message
    assert (done.sent, done.waiting) == (3, 3)
    with studio.store.read() as connection:
        registry = registries.by_name(connection, REGISTRY)
    assert words in registry.last_problem
    assert registry.state is not RegistryState.UNCHECKED
    assert "\x1b" not in registry.last_problem


@pytest.mark.parametrize(
    "said",
    ["None", "{}", "{'hash': 5, 'status': 'accepted'}", "{'hash': 'x', 'status': 'lost in space'}"],
)
def test_what_it_says_of_a_claim_is_checked(install: Install, said: str) -> None:
    install(with_method("claim", f"return {said}"))
    transport = Transport()
    link = Link(transport=transport, url="https://loft.example", key=None, now=utc_now)
    connector = kinds.connect("pigeon", link)
    with pytest.raises(RegistryProblem, match="hash and status"):
        connector.claim("x")
    with pytest.raises(RegistryProblem, match="hash and status"):
        connector.respond("x", "withdrawal", b"{}")


def test_a_package_that_hangs_is_left_behind(
    install: Install, studio: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "CALL_LIMIT_S", 0.2)
    install("import threading\nGO = threading.Event()\n" + with_method("submit", "GO.wait(30)"))
    add_registry(REGISTRY, "https://loft.example", studio, kind="pigeon")
    queue(studio, add_works(studio, 1))
    assert "hangs in submit" in sync(studio).problems[0][1].message
    running = threading.active_count()
    assert "still hangs" in sync(studio).problems[0][1].message
    assert threading.active_count() == running, "no second call is made while the first hangs"
    sys.modules["pigeons"].GO.set()
    for thread in threading.enumerate():
        if thread.name.startswith("connector"):
            thread.join(5)
    assert "not outcomes" in sync(studio).problems[0][1].message


def test_a_package_that_is_gone_keeps_its_claims(install: Install, studio: Services) -> None:
    folder = install(GOOD)
    add_registry(REGISTRY, "https://loft.example", studio, kind="pigeon")
    queue(studio, add_works(studio, 1))
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    done = sync(studio)
    assert "No connector for 'pigeon' is installed" in done.problems[0][1].message
    assert done.waiting == 1


def test_a_name_that_is_taken(install: Install, studio: Services) -> None:
    install("1 / 0", name="open_claims")
    install(GOOD, package="hawks", name="pigeon")
    install(GOOD, package="pigeons_two", name="pigeon")
    taken = {row.origin: row.problem for row in others()}
    assert "taken by Residuals itself" in taken["pigeons"]
    assert taken["hawks"] == ""
    assert "taken by hawks" in taken["pigeons_two"]
    assert add_registry(REGISTRY, "https://a.example", studio).kind == "open_claims"
    assert kinds.kind_of("open_claims").origin == kinds.ORIGIN


@pytest.mark.parametrize("lines", ["[residuals.registries]\nx = \n", "nonsense", "[a\n=\n", "\0"])
def test_metadata_that_is_broken(install: Install, lines: str) -> None:
    folder = install(GOOD)
    (entry_points,) = folder.rglob("entry_points.txt")
    entry_points.write_text(lines)
    (metadata,) = folder.rglob("METADATA")
    metadata.write_bytes(b"\xff\xfe")
    assert [row.name for row in kinds.rows()][:2] == ["open_claims", "iscc_hub"]
    with pytest.raises(AppError):
        kinds.kind_of("x")


@pytest.fixture
def cli(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> Cli:
    """The command line with a library of its own."""
    return Cli(tmp_path / "library", capsysbinary)


def test_the_command_line_lists_kinds(install: Install, cli: Cli) -> None:
    install("raise SystemExit('imported too early')")
    listed = cli("registries", "kinds").rows
    assert [row["kind"] for row in listed] == ["open_claims", "iscc_hub", "form_pack", "pigeon"]
    assert listed[3] == {
        "kind": "pigeon",
        "title": "pigeon",
        "origin": "pigeons",
        "version": "1.2",
        "problem": None,
    }
    assert "pigeons 1.2" in cli.plain("registries", "kinds").text
    said = cli("registries", "add", "Loft", "https://l.example", "--kind", "pigeon", code=3)
    assert "SystemExit: imported too early" in said.row["problem"]["message"]
