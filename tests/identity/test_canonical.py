"""Strict reading and canonical writing of JSON."""

from __future__ import annotations

import pytest

from desktop.identity.canonical import canonical_bytes, parse_json


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": NaN}',
        b"[Infinity]",
        b'{"a": 1, "a": 2}',
        b"[" * 65 + b"]" * 65,
        b'"\xff"',
        b"{",
        b"",
    ],
)
def test_bad_json_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - every sentence differs
        parse_json(data)


def test_brackets_in_strings_are_no_depth() -> None:
    text = "[" * 500 + '\\"' + "{"
    assert parse_json(f'["{text}"]'.encode()) == ["[" * 500 + '"{']


def test_keys_are_sorted_by_utf16_code_units() -> None:
    # RFC 8785, 3.2.3: U+FB33 sorts after U+1F600 in UTF-16
    assert canonical_bytes({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize("value", [2**53, float("nan"), "\ud800"])
def test_what_jcs_cannot_carry_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="canonical JSON"):
        canonical_bytes({"a": value})
