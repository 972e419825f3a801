"""Evidence as a ZIP that a stranger can verify with sha256sum and OpenSSL, without this app.

Every Data Integrity proof (eddsa-jcs-2022) is taken apart into what OpenSSL takes: the 64 bytes
that were signed, the signature, and the key.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from desktop.claims.evidence_report import Proof, Verdict, report
from desktop.errors import SignatureProblem
from desktop.identity.canonical import canonical_bytes, parse_json
from desktop.identity.keys import from_multibase, public_key_from_multikey
from desktop.identity.proofs import hash_data, verify_document

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a ZIP knows: the same evidence, the same bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedItem:
    """A signed document. name: of its folder; title: what it is, for people."""

    name: str
    title: str
    document: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing in the timeline. by: who says so."""

    time: datetime
    what: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StampedList:
    """A list of claims' hashes and the proofs of when it existed. said: (who says so, what)."""

    files: Mapping[str, bytes]
    said: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Everything that goes into the ZIP. files: what the user chose to hand over, by name."""

    title: str
    made: datetime
    facts: Mapping[str, str]
    signed: Sequence[SignedItem]
    timeline: Sequence[Happened]
    stamped: Sequence[StampedList] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    private: Mapping[str, bytes] = field(default_factory=dict)


def write_bundle(bundle: Bundle) -> bytes:
    """Return the ZIP. Every file in it but the list itself stands in SHA256SUMS."""
    entries: dict[str, bytes] = {}
    verdicts: list[Verdict] = []
    for number, item in enumerate(bundle.signed, start=1):
        folder = f"signed/{number:02}-{item.name}"
        entries[f"{folder}/document.json"] = item.document
        for verdict, parts in _proofs(item, folder):
            verdicts.append(verdict)
            entries |= parts
    proofs: list[Proof] = []
    for number, one in enumerate(bundle.stamped, start=1):
        folder = f"timestamps/{number:02}"
        entries |= {f"{folder}/{name}": data for name, data in one.files.items()}
        proofs += [Proof(folder=folder, by=by, said=said) for by, said in one.said]
    entries |= {f"files/{name}": data for name, data in bundle.files.items()}
    entries |= {f"private/{name}": data for name, data in bundle.private.items()}
    entries["timeline.csv"] = _timeline(bundle.timeline)
    entries["report.html"] = report(
        bundle.title,
        bundle.made,
        bundle.facts,
        verdicts,
        proofs,
        bundle.timeline,
        sorted(bundle.files),
    )
    entries["SHA256SUMS"] = "".join(
        f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(entries.items())
    ).encode()
    return _zip(entries)


def _proofs(item: SignedItem, folder: str) -> Iterator[tuple[Verdict, dict[str, bytes]]]:
    """Yield for each proof whether it holds, and its parts as files."""
    document: dict[str, Any] = parse_json(item.document)
    proofs = document.get("proof", [])
    several = proofs if isinstance(proofs, list) else [proofs]
    for number, proof in enumerate(several, start=1):
        where = folder if len(several) == 1 else f"{folder}/signature-{number}"
        content = {name: value for name, value in document.items() if name != "proof"}
        method = str(proof["verificationMethod"])
        key = public_key_from_multikey(method.partition("#")[2])
        yield (
            Verdict(
                title=item.title,
                folder=where,
                signer=method.partition("#")[0],
                created=str(proof["created"]),
                holds=_holds({**content, "proof": proof}, method, key),
            ),
            {f"{where}/{name}": data for name, data in _parts(content, proof, key).items()},
        )


def _holds(document: dict[str, Any], method: str, key: bytes) -> bool:
    purpose = str(document["proof"].get("proofPurpose", ""))
    try:
        verify_document(document, {method: key}, purpose=purpose)
    except SignatureProblem:
        return False
    return True


def _parts(content: dict[str, Any], proof: dict[str, Any], key: bytes) -> dict[str, bytes]:
    """Return what OpenSSL needs; @context as the proof has it (VC Data Integrity, 3.3.2)."""
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    if "@context" in proof:
        content = {**content, "@context": proof["@context"]}
    public = Ed25519PublicKey.from_public_bytes(key)
    return {
        "content.jcs": canonical_bytes(content),
        "proof-options.jcs": canonical_bytes(options),
        "signed.bin": hash_data(content, options),
        "signature.bin": from_multibase(str(proof["proofValue"])),
        "key.pem": public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    }


def _timeline(happened: Sequence[Happened]) -> bytes:
    lines = ["time,who says so,what"]
    for one in happened:
        lines.append(f"{one.time:%Y-%m-%dT%H:%M:%SZ},{_cell(one.by)},{_cell(one.what)}")
    return ("\n".join(lines) + "\n").encode()


def _cell(text: str) -> str:
    """Quote a cell, and let no spreadsheet take it for a formula."""
    safe = f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\0") else text
    return '"' + safe.replace('"', '""') + '"'


def _zip(entries: Mapping[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(entries.items()):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return target.getvalue()
