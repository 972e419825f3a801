"""JSON that two strangers read alike: strict on the way in, canonical (RFC 8785) on the way out."""

from __future__ import annotations

import hashlib
import json
from typing import Any, NoReturn

import rfc8785

MAX_DEPTH = 64


def canonical_bytes(document: Any) -> bytes:
    """Return the JCS form of document (RFC 8785), UTF-8.

    Raises ValueError for what JCS cannot carry: NaN, integers beyond 2^53, lone surrogates.
    """
    try:
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
    in_string = escaped = False
    for char in text:
        if in_string:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                in_string = False
        elif char == '"':
            in_string = True
        elif char in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise ValueError(f"The JSON is nested deeper than {MAX_DEPTH} levels.")
        elif char in "]}":
            depth -= 1


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON.")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("A key stands twice in one object.")
    return result
