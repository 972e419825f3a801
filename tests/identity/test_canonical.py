"""Strict reading and canonical writing of JSON."""

from __future__ import annotations

import json

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.identity.canonical import MAX_DEPTH, canonical_bytes, parse_json


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


texts = st.text(st.characters(), max_size=8) | st.sampled_from(
    ["\u2028", "\x7f", "\x00\x1f\b\f\n\r\t", '"\\/', "é", "\U0001f600", "\ufb33", "<&>"]
)
documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=600, deadline=None)
@given(documents)
def test_the_quick_way_writes_the_same_bytes(document: object) -> None:
    """Compared with the reference implementation of RFC 8785 in Python."""
    try:
        expected = rfc8785.dumps(document)  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, UnicodeEncodeError):
        with pytest.raises(ValueError, match="canonical JSON"):
            canonical_bytes(document)
        return
    assert canonical_bytes(document) == expected


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from('[]{}"\\a1, :'), max_size=40))
def test_brackets_are_counted_as_a_reader_meets_them(text: str) -> None:
    """Whatever json can read at all is refused for its depth exactly when it is too deep."""
    for depth in (MAX_DEPTH - 1, MAX_DEPTH):
        wrapped = "[" * depth + text + "]" * depth
        try:
            value = json.loads(wrapped)
        except ValueError:
            continue
        if too_deep(value):
            with pytest.raises(ValueError, match=r"nested deeper|twice"):
                parse_json(wrapped.encode())


def too_deep(value: object) -> bool:
    def depth(one: object) -> int:
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        is_open = isinstance(one, (dict, list))
        return is_open + max((depth(each) for each in inner), default=0)

    return depth(value) > MAX_DEPTH


def test_a_string_without_end_is_read_in_no_time() -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of json's many sentences
        parse_json(b'"' + b"a" * 2_000_000)
