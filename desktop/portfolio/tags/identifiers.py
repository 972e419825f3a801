"""Recognise the public numbers of works; a number whose check digit is wrong is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

MOST = 20
_LONGEST = 200
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/[^\s\"<>]{1,150})", re.I | re.A)
_ISWC = re.compile(r"T-?(\d{3})\.?(\d{3})\.?(\d{3})-?(\d)", re.I | re.A)
_LABEL = re.compile(r"\s*(?:urn:)?(isbn|issn|isrc|iswc|ismn|isan|doi)(?:-1[03])?\s*[:\s]?\s*", re.I)
_BARE_ISBN = re.compile(r"97[89][-\s\d]{9,16}[\dXx]?", re.ASCII)

Found = tuple[str, str]


def recognise(value: str, scheme: str = "") -> Found | None:
    """Return (scheme, normalised number), or None if it is none or its check digit is wrong.

    scheme: what the tag's name says it is, if it says so. Without it, and without a label in the
    value such as "urn:isbn:", only numbers that can hardly be anything else are taken: ISBN-13 and
    DOI.
    """
    text = value.strip()[:_LONGEST]
    label = _LABEL.match(text)
    if label:
        scheme, text = label[1].lower(), text[label.end() :]
    if not scheme:
        scheme = "doi" if _DOI.match(text) else "isbn" if _BARE_ISBN.fullmatch(text) else ""
    check = _CHECKS.get(scheme.lower())
    number = check(text) if check else ""
    return (scheme.lower(), number) if number else None


def recognised(values: Iterable[tuple[str, str]]) -> tuple[Found, ...]:
    """Return what is recognised among (value, scheme or ""), each once, at most MOST."""
    found: dict[Found, None] = {}
    for value, scheme in values:
        known = recognise(value, scheme)
        if known is not None and len(found) < MOST:
            found[known] = None
    return tuple(found)


def _by_stdnum(scheme: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        from stdnum.exceptions import ValidationError

        try:
            return _validators()[scheme](text)
        except ValidationError:
            return ""

    return check


@cache
def _validators() -> dict[str, Callable[[str], str]]:
    """Return what python-stdnum checks; imported at the first number, for it takes 60 ms."""
    from stdnum import isan, isbn, ismn, isrc, issn

    return {
        "isbn": lambda text: str(isbn.to_isbn13(isbn.validate(text))),
        "issn": issn.validate,
        "isrc": isrc.validate,
        "ismn": ismn.validate,
        "isan": isan.validate,
    }


def _iswc(text: str) -> str:
    """Return an ISWC as T1234567894 (ISO 15707, annex A), or "" if its check digit is wrong."""
    found = _ISWC.fullmatch(text.strip())
    if found is None:
        return ""
    digits = found[1] + found[2] + found[3]
    total = 1 + sum(place * int(digit) for place, digit in enumerate(digits, start=1))
    return f"T{digits}{found[4]}" if (-total) % 10 == int(found[4]) else ""


def _doi(text: str) -> str:
    found = _DOI.match(text.strip())
    return found[1].rstrip(".,;)").lower() if found else ""


_CHECKS: dict[str, Callable[[str], str]] = {
    **{scheme: _by_stdnum(scheme) for scheme in ("isbn", "issn", "isrc", "ismn", "isan")},
    "iswc": _iswc,
    "doi": _doi,
}
