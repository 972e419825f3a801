"""Find the training-mining assertion in a C2PA manifest store: JUMBF boxes around CBOR.

Nothing is validated and nothing is fetched: what is returned is what the file says, not verified.
C2PA 2.x sections 11 (boxes) and 15.10 (which manifest is active); CAWG training-mining 1.1.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.portfolio.tags import ai_use

_MOST_BOXES = 2000
_MOST_BYTES = 256 * 1024
_DEPTH = 8
_ASSERTIONS = "c2pa.assertions"
_LABELS = ("cawg.training-mining", "c2pa.training-mining")
_UPDATE = b"c2um"
_MANIFESTS = (b"c2ma", _UPDATE)


@dataclass(frozen=True, slots=True)
class _Box:
    """A superbox: the first four bytes of its type, its label, and what it holds."""

    kind: bytes
    label: str
    body: memoryview


def said_of_ai(store: bytes) -> Iterator[AiStatement]:
    """Yield the entries of the active manifest's training-mining assertions; b"" has none.

    An update manifest speaks of the manifest before it, so that one is read as well. The
    manifests of ingredients speak of other files and are left alone.
    """
    for manifest in _active(memoryview(store)):
        for box in _superboxes(manifest.body):
            if box.label == _ASSERTIONS:
                for assertion in _superboxes(box.body):
                    if assertion.label.partition("__")[0] in _LABELS:
                        yield from _entries(assertion)


def _active(store: memoryview) -> Iterator[_Box]:
    for outer in _superboxes(store):
        if outer.kind != b"c2pa":
            continue
        manifests = [box for box in _superboxes(outer.body) if box.kind in _MANIFESTS]
        for manifest in reversed(manifests):
            yield manifest
            if manifest.kind != _UPDATE:
                return


def _boxes(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Yield (type, contents) of the boxes in data; stop where lengths make no sense."""
    at = 0
    for _ in range(_MOST_BOXES):
        if len(data) - at < 8:
            return
        size, header = int.from_bytes(data[at : at + 4], "big"), 8
        if size == 1:
            size, header = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = len(data) - at
        if size < header or at + size > len(data):
            return
        yield bytes(data[at + 4 : at + 8]), data[at + header : at + size]
        at += size


def _superboxes(data: memoryview) -> Iterator[_Box]:
    for kind, body in _boxes(data):
        if kind != b"jumb":
            continue
        inner = _boxes(body)
        first, description = next(inner, (b"", memoryview(b"")))
        if first == b"jumd" and len(description) >= 17:
            rest = body[8 + len(description) :]
            yield _Box(bytes(description[:4]), _label(description), rest)


def _label(description: memoryview) -> str:
    if not description[16] & 2:
        return ""
    return bytes(description[17:217]).partition(b"\0")[0].decode("utf-8", "replace")


def _entries(assertion: _Box) -> Iterator[AiStatement]:
    for kind, body in _boxes(assertion.body):
        if len(body) <= _MOST_BYTES and kind in (b"cbor", b"json"):
            data = _decoded(kind, bytes(body))
            entries = data.get("entries") if isinstance(data, dict) else None
            if isinstance(entries, dict):
                for name, entry in list(entries.items())[: ai_use.MOST]:
                    yield from _entry(name, entry)


def _entry(name: Any, entry: Any) -> Iterator[AiStatement]:
    use = entry.get("use") if isinstance(entry, dict) else entry
    if isinstance(name, str) and isinstance(use, str):
        yield ai_use.training_mining(name, use)
        more = entry.get("constraint_info") if isinstance(entry, dict) else None
        if isinstance(more, str):
            yield ai_use.remark(Vocabulary.CAWG, f"{name} constraint_info", more)


def _decoded(kind: bytes, body: bytes) -> Any:
    import cbor2

    try:
        if kind == b"json":
            return json.loads(body)
        return cbor2.loads(body, max_depth=_DEPTH, strict_hashable_types=True)
    except (cbor2.CBORError, ValueError, RecursionError):
        return None
