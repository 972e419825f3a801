"""A calendar and a time-stamping authority on the loopback, made of the real tools."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from opentimestamps.core.notary import BitcoinBlockHeaderAttestation, PendingAttestation
from opentimestamps.core.op import OpAppend, OpPrepend, OpSHA256
from opentimestamps.core.serialize import BytesSerializationContext
from opentimestamps.core.timestamp import Timestamp

from tests.registries.stub import Answer, Stub

HEIGHT = 912_345


class Calendar(Stub):
    """An OpenTimestamps calendar whose blocks come when mined is set."""

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.mined = False
        self.promised: dict[str, bytes] = {}
        self.says = "https://somewhere.example"

    def roots(self) -> dict[str, str]:
        """Return commitment → the Merkle root it ends in, as block explorers show it."""
        return {known: self._mine(value).msg[::-1].hex() for known, value in self.promised.items()}

    def _answer(self, method: str, path: str, body: bytes) -> Answer:
        if (method, path) == ("POST", "/digest"):
            return Answer(body=self._promise(body))
        known = self.promised.get(path.removeprefix("/timestamp/"))
        if method != "GET" or known is None:
            return Answer(status=404, body=b"Commitment not found")
        if not self.mined:
            return Answer(status=404, body=b"Pending confirmation in Bitcoin blockchain")
        tree = Timestamp(known)
        leaf = tree.ops.add(OpPrepend(b"before")).ops.add(OpAppend(b"after")).ops.add(OpSHA256())
        leaf.attestations.add(BitcoinBlockHeaderAttestation(HEIGHT))
        return Answer(body=serialized(tree))

    def _promise(self, digest: bytes) -> bytes:
        tree = Timestamp(digest)
        leaf = tree.ops.add(OpAppend(hashlib.sha256(digest).digest()[:8])).ops.add(OpSHA256())
        leaf.attestations.add(PendingAttestation(self.says))
        self.promised[leaf.msg.hex()] = leaf.msg
        return serialized(tree)

    def _mine(self, message: bytes) -> Timestamp:
        return Timestamp(hashlib.sha256(b"before" + message + b"after").digest())


def serialized(tree: Timestamp) -> bytes:
    """Return what a calendar sends."""
    context = BytesSerializationContext()
    tree.serialize(context)
    return bytes(context.getbytes())


class Authority(Stub):
    """A time-stamping authority: `openssl ts` behind a web address."""

    def __init__(self, folder: Path) -> None:
        super().__init__(self._answer)
        self.folder = folder
        folder.mkdir()
        self.roots = _certificates(folder)

    def _answer(self, _method: str, _path: str, body: bytes) -> Answer:
        (self.folder / "request.tsq").write_bytes(body)
        command = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-section", "tsa"]
        command += ["-queryfile", "request.tsq", "-out", "answer.tsr"]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)
        return Answer(body=(self.folder / "answer.tsr").read_bytes())


def _certificates(folder: Path) -> bytes:
    """Write a root, a signer and a configuration; return the root as PEM."""
    keys = [rsa.generate_private_key(65537, 2048) for _ in range(2)]
    names = [
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Test {word}")])
        for word in ("Root", "Time")
    ]
    made = datetime.now(UTC) - timedelta(days=1)

    def certificate(subject: int, *, ca: bool) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(names[subject])
            .issuer_name(names[0])
            .public_key(keys[subject].public_key())
            .serial_number(subject + 1)
            .not_valid_before(made)
            .not_valid_after(made + timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if not ca:
            usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(usage, critical=True)
        return builder.sign(keys[0], hashes.SHA256())

    root = certificate(0, ca=True).public_bytes(Encoding.PEM)
    (folder / "root.pem").write_bytes(root)
    (folder / "signer.pem").write_bytes(certificate(1, ca=False).public_bytes(Encoding.PEM))
    (folder / "signer.key").write_bytes(
        keys[1].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    (folder / "serial").write_text("01")
    (folder / "tsa.cnf").write_text(
        "[tsa]\nserial = serial\nsigner_cert = signer.pem\ncerts = root.pem\n"
        "signer_key = signer.key\nsigner_digest = sha256\ndefault_policy = 1.2.3.4.1\n"
        "digests = sha256, sha512\naccuracy = secs:1\nordering = yes\ntsa_name = yes\n"
        "ess_cert_id_chain = no\ness_cert_id_alg = sha256\n"
    )
    return root
