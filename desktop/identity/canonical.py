"""JSON that two strangers read alike: strict on the way in, canonical (RFC 8785) on the way out."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, NoReturn

import rfc8785

MAX_DEPTH = 64
_MAX_INTEGER = 2**53 - 1
_WRITER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)
# Brackets outside of strings; a string gives an empty group.
_BRACKETS = re.compile(r'"(?:[^"\\]++|\\.)*+"|([\[\]{}])', re.DOTALL)


def canonical_bytes(document: Any) -> bytes:
    """Return the JCS form of document (RFC 8785), UTF-8.

    Raises ValueError for what JCS cannot carry: NaN, integers beyond 2^53, lone surrogates.
    """
    try:
        if _is_plain(document):
            return _WRITER.encode(document).encode("utf-8")
        return rfc8785.dumps(document)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise ValueError(f"This cannot be written as canonical JSON: {error}") from error


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of data, in hex."""
    return hashlib.sha256(data).hexdigest()


def parse_json(data: bytes) -> Any:
    """Read UTF-8 JSON as RFC 7493 wants it.

    Refuses with ValueError: bad UTF-8, NaN and Infinity, a key twice in one object,
    nesting deeper than MAX_DEPTH.
    """
    try:
        text = data.decode("utf-8")
        _check_depth(text)
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_unique_keys)
    except RecursionError as error:
        raise ValueError("The JSON is nested too deeply.") from error


def _check_depth(text: str) -> None:
    depth = 0
    for bracket in _BRACKETS.findall(text):
        if bracket in "[{":
            depth += bool(bracket)
            if depth > MAX_DEPTH:
                raise ValueError(f"The JSON is nested deeper than {MAX_DEPTH} levels.")
        else:
            depth -= 1


def _is_plain(value: Any) -> bool:
    """Say whether Python's own writer gives the canonical form, ten times sooner.

    It does without floats, with keys that sort alike as UTF-8 and UTF-16, and small integers.
    """
    stack = [value]
    while stack:
        inner = stack.pop()
        kind = type(inner)
        if kind is dict:
            if not all(type(key) is str and key.isascii() for key in inner):
                return False
            stack.extend(inner.values())
        elif kind is list:
            stack.extend(inner)
        elif kind is int:
            if not -_MAX_INTEGER <= inner <= _MAX_INTEGER:
                return False
        elif kind is not str and kind is not bool and inner is not None:
            return False
    return True


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON.")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("A key stands twice in one object.")
    return result
