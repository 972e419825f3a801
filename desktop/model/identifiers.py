"""The public numbers of works and people: a number whose check digit is wrong is none."""

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

_COPYRIGHT = re.compile(r"[A-Z0-9][A-Z0-9 ./-]{1,59}", re.I | re.A)
_STDNUM = ("isbn", "issn", "isrc", "ismn", "isan", "isni", "orcid")

Found = tuple[str, str]

WORK_SCHEMES = {
    "isbn": "an ISBN has 13 digits, or 10, such as 978-3-16-148410-0",
    "issn": "an ISSN has 8 digits, such as 0317-8471",
    "isrc": "an ISRC has 12 characters, such as PT-B01-26-00001",
    "iswc": "an ISWC is a T and 10 digits, such as T-034.524.680-1",
    "ismn": "an ISMN has 13 digits, such as 979-0-2306-7118-7",
    "isan": "an ISAN has 16 or 24 hexadecimal digits and check characters",
    "doi": "a DOI starts with 10., such as 10.1000/182",
    "copyright": "a copyright registration number, such as VA 2-345-678",
}
PARTY_SCHEMES = {
    "isni": "an ISNI has 16 characters, such as 0000 0001 2103 2683",
    "orcid": "an ORCID has 16 characters, such as 0000-0002-1825-0097",
    "ipi": "an IPI name number has 9 to 11 digits, such as 00014107338",
}


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


def checked(scheme: str, value: str) -> Found:
    """Return (scheme, normalised number) of what a person typed.

    Raises ValueError that names what would be right. A scheme of the user's own is taken as typed.
    """
    scheme, text = token(scheme.strip().lower()), " ".join(value.split())
    if not text or len(text) > _LONGEST:
        raise ValueError(f"The {scheme.upper()} is missing, or far too long.")
    right = WORK_SCHEMES.get(scheme) or PARTY_SCHEMES.get(scheme)
    if right is None:
        return scheme, text
    number = _CHECKS[scheme](text)
    if not number:
        raise ValueError(f"{text!r} is no {scheme.upper()}: {right}. Check every digit.")
    return scheme, number


def token(text: str) -> str:
    """Return a short name of a kind, such as isbn or contract. Raises ValueError."""
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", text):
        raise ValueError(f"{text[:40]!r} is no name of a kind: small letters and hyphens only.")
    return text


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
    from stdnum import isan, isbn, ismn, isni, isrc, issn

    return {
        "isni": isni.validate,
        "orcid": isni.validate,  # the same numbers and check digit
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


def _copyright(text: str) -> str:
    text = " ".join(text.upper().split())
    return text if _COPYRIGHT.fullmatch(text) and re.search(r"\d", text) else ""


def _ipi(text: str) -> str:
    """Return an IPI name number with 11 digits; its check digits are not public."""
    digits = re.sub(r"[ .-]", "", text)
    return digits.zfill(11) if re.fullmatch(r"\d{9,11}", digits, re.A) else ""


_CHECKS: dict[str, Callable[[str], str]] = {
    **{scheme: _by_stdnum(scheme) for scheme in _STDNUM},
    "iswc": _iswc,
    "doi": _doi,
    "copyright": _copyright,
    "ipi": _ipi,
}
