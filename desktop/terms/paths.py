"""Paths of a site, and the patterns for them that robots.txt, TDMRep and RSL share.

RFC 9309, 2.2.2 and 2.2.3: a pattern is the beginning of a path; * stands for anything and $ at its
end for the end; characters are compared as octets, whether they are percent-encoded or not.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_to_bytes, urlsplit

WHOLE_SITE = "/"
MOST_CHARACTERS = 2000
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
END = "$"
_UNRESERVED = re.compile(rb"[A-Za-z0-9._~-]")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_KEPT = "/?#[]@!$&'()*+,;=:%"


def is_exact(pattern: str) -> bool:
    """Tell whether a pattern is for one address only."""
    return pattern.endswith(END)


def without_end(pattern: str) -> str:
    """Return the path of a pattern for one address."""
    return pattern.removesuffix(END)


def checked(address: str) -> str:
    """Return the address of something on the web in its proper form, without a fragment.

    Raises ValueError, a sentence, if it is none.
    """
    text = address.strip()
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").rstrip(".").encode("idna").decode(), parts.port
    except ValueError:  # UnicodeError is one
        host, port, parts = "", None, urlsplit("")
    if parts.scheme not in ("https", "http") or not _HOST.fullmatch(host) or parts.username:
        raise ValueError(
            f"{text[:100]!r} is not an address of the web, such as https://example.org/low-tide."
        )
    where = f"{host}:{port}" if port else host
    found = f"{parts.scheme}://{where}{path_of(text)}"
    if len(found) > MOST_CHARACTERS or not found.isprintable():
        raise ValueError(f"An address has {MOST_CHARACTERS} characters at most.")
    return found


def path_of(address: str) -> str:
    """Return the path of an address with its query, as rules of a site are compared with it.

    "" if it is no address and no path.
    """
    if address.startswith("/"):
        return comparable(address.partition("#")[0])
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme not in ("https", "http") or not parts.netloc:
        return ""
    return comparable((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def host_of(address: str) -> str:
    """Return the host of an address in lower case; "" for a path."""
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""


def comparable(path: str) -> str:
    """Return a path with plain characters plain and all others percent-encoded, in capitals."""
    encoded = quote(path, safe=_KEPT, errors="replace")
    return _ENCODED.sub(_plain_or_capital, encoded)


def _plain_or_capital(found: re.Match[str]) -> str:
    octet = unquote_to_bytes(found.group())
    return octet.decode("ascii") if _UNRESERVED.fullmatch(octet) else found.group().upper()


def matches(pattern: str, path: str) -> bool:
    """Tell whether a pattern is for a path, both comparable; the time is that of reading them."""
    exact = is_exact(pattern)
    first, *rest = without_end(pattern).split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    if not rest:
        return not exact or at == len(path)
    for piece in rest[:-1] if exact else rest:
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return not exact or (len(path) - at >= len(rest[-1]) and path.endswith(rest[-1]))


def encloses(pattern: str, other: str) -> bool:
    """Tell whether a place, without wildcards, has another in it."""
    return not is_exact(pattern) and pattern != other and other.startswith(pattern)
