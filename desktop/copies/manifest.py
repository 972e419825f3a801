"""A C2PA manifest for a copy: who made it, what AI may do with it, and the code it is found by.

C2PA 2.2: the first action is `c2pa.opened` with the original as its parent, so a manifest that was
there stays as an ingredient's; the other tells that metadata was edited. CAWG Training and Data
Mining 1.1; CAWG Metadata 1.1 for names; soft binding `io.iscc.v0` after IEP-0020. Nothing is
fetched, no thumbnail is made, and a copy is valid, but its signer is on no trust list.
"""

from __future__ import annotations

import base64
import io
import json
from functools import cache
from types import ModuleType
from typing import Any, BinaryIO

from desktop import __version__
from desktop.copies import binding
from desktop.model.copies import Entry, Labels, Signer

TRAINING_MINING = "cawg.training-mining"
ANY_FORMAT = "application/octet-stream"
_ENTRIES = (
    *("cawg.data_mining", "cawg.ai_training"),
    *("cawg.ai_generative_training", "cawg.ai_inference"),
)
_USES = ("allowed", "notAllowed", "constrained")
_DC = "http://purl.org/dc/elements/1.1/"
_RIGHTS = "http://ns.adobe.com/xap/1.0/rights/"
_UNIT_BYTES = 34
_SETTINGS = {
    "version": 1,
    "verify": {
        "remote_manifest_fetch": False,
        "ocsp_fetch": False,
        "verify_after_sign": False,
        "verify_trust": False,
    },
    # Default 512: what it holds in memory before it takes a file.
    "core": {"backing_store_memory_threshold_in_mb": 16},
    "builder": {
        "thumbnail": {"enabled": False},
        "actions": {"auto_all_actions_included": True},
    },
}
_EXPECTED = {"signingCredential.untrusted"}


class NotSigned(ValueError):
    """The library cannot put a manifest into this file, or not a valid one."""


class _Nowhere(io.RawIOBase):
    """Takes the copy that the library makes beside a detached manifest, and keeps nothing."""

    _at = _size = 0

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._at += len(data)
        self._size = max(self._size, self._at)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + {0: 0, 1: self._at, 2: self._size}[whence]
        return self._at


def embed(
    source: BinaryIO,
    target: BinaryIO,
    mediatype: str,
    labels: Labels,
    signer: Signer,
    *,
    parent: BinaryIO | None = None,
) -> int:
    """Write source with a manifest to target; return how many bytes longer it is.

    parent: the original. Raises NotSigned.
    """
    c2pa = _c2pa()
    target.seek(0)
    target.truncate()
    try:
        builder = _builder(labels, mediatype, parent)
        with _signer(signer) as signing:
            source.seek(0)
            store: bytes = builder.sign(signing, mediatype, source, target)
    except c2pa.C2paError as error:
        raise NotSigned(str(error)) from error
    exact = binding.in_bytes(store, signer)
    if exact is not None:
        binding.put_in(target, store, exact)
    return target.seek(0, 2) - source.seek(0, 2)


def detached(source: BinaryIO, labels: Labels, signer: Signer) -> bytes:
    """Return a manifest for a file beside source, whose bytes it is bound to. Raises NotSigned."""
    c2pa = _c2pa()
    try:
        builder = _builder(labels, ANY_FORMAT, None)
        builder.set_no_embed()
        with _signer(signer) as signing:
            source.seek(0)
            data: bytes = builder.sign(signing, ANY_FORMAT, source, _Nowhere())
    except c2pa.C2paError as error:
        raise NotSigned(str(error)) from error
    return binding.in_bytes(data, signer) or data


def check(source: BinaryIO, mediatype: str, beside: bytes | None = None) -> None:
    """Read a manifest back. Raises NotSigned where it is not valid for the file, trust aside."""
    c2pa = _c2pa()
    source.seek(0)
    try:
        reader = c2pa.Reader(mediatype, source, beside, context=_context())
        with reader:
            state = reader.get_validation_state()
            results = reader.get_validation_results() or {}
    except c2pa.C2paError as error:
        raise NotSigned(str(error)) from error
    failures = {one["code"] for one in results.get("activeManifest", {}).get("failure", [])}
    if state not in ("Valid", "Trusted") or failures - _EXPECTED:
        raise NotSigned(", ".join(sorted(failures)) or str(state))


def definition(labels: Labels, mediatype: str) -> dict[str, Any]:
    """Return what the library is told to write. Raises ValueError for values not of CAWG's."""
    assertions = [
        {"label": TRAINING_MINING, "data": _training(labels.entries)} if labels.entries else None,
        {"label": "c2pa.soft-binding", "data": _binding(labels.units)} if labels.units else None,
        {"label": "cawg.metadata", "kind": "Json", "data": _metadata(labels)},
    ]
    return {
        "claim_version": 2,
        "claim_generator_info": [{"name": "Residuals", "version": __version__}],
        "format": mediatype,
        **({"title": labels.title} if labels.title else {}),
        "assertions": [one for one in assertions if one is not None and one["data"]],
    }


def _builder(labels: Labels, mediatype: str, parent: BinaryIO | None) -> Any:
    c2pa = _c2pa()
    builder = c2pa.Builder(json.dumps(definition(labels, mediatype)), _context())
    builder.set_intent(c2pa.C2paBuilderIntent.EDIT)
    if parent is not None:
        builder.add_action({"action": "c2pa.edited.metadata"})
        parent.seek(0)
        ingredient = {"relationship": "parentOf", "title": labels.title or "Original"}
        builder.add_ingredient(ingredient, mediatype, parent)
    return builder


def _training(entries: tuple[Entry, ...]) -> dict[str, Any]:
    for one in entries:
        if one.name not in _ENTRIES or one.use not in _USES:
            raise ValueError(f"{one.name} {one.use} is not of CAWG's vocabulary")
    return {
        "entries": {
            one.name: {"use": one.use, **({"constraint_info": one.info} if one.info else {})}
            for one in entries
        }
    }


def _binding(units: tuple[str, ...]) -> dict[str, Any]:
    """Return the soft binding: units of 256 bits, headers and bodies in a row (IEP-0020).

    Shorter ones are left out, as a reader would leave them. pad: see binding.py.
    """
    value = b"".join(one for one in map(_unit, units) if len(one) == _UNIT_BYTES)
    return {"alg": "io.iscc.v0", "blocks": [{"scope": {}, "value": list(value)}], "pad": []}


def _unit(iscc: str) -> bytes:
    code = iscc.removeprefix("ISCC:")
    return base64.b32decode(code + "=" * (-len(code) % 8))


def _metadata(labels: Labels) -> dict[str, Any]:
    """Return names, rights and the words of the terms (CAWG Metadata 1.1, section 2)."""
    said = {
        "dc:title": labels.title,
        "dc:creator": list(labels.creators),
        "dc:rights": labels.rights,
        "dc:identifier": labels.iscc,
        "xmpRights:UsageTerms": labels.usage_terms,
        "xmpRights:WebStatement": labels.address,
    }
    known = {name: value for name, value in said.items() if value}
    return {"@context": {"dc": _DC, "xmpRights": _RIGHTS}, **known} if known else {}


@cache
def _c2pa() -> ModuleType:
    import c2pa

    module: ModuleType = c2pa
    return module


def _context() -> Any:
    c2pa = _c2pa()
    return c2pa.Context(settings=c2pa.Settings.from_dict(_SETTINGS))


def _signer(signer: Signer) -> Any:
    c2pa = _c2pa()
    info = c2pa.C2paSignerInfo(
        signer.algorithm.value.encode(), signer.certificates_pem, signer.key_pem, None
    )
    return c2pa.Signer.from_info(info)
