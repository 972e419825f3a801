"""Foreign words in files of accounting programs: account names and texts that cannot be syntax."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

MAX_TEXT = 200
MAX_PART = 60
# Joiners hold letters and emoji together; nothing else that is invisible has a place in a ledger.
_JOINERS = "\u200c\u200d"


def plain_text(text: str, limit: int = MAX_TEXT) -> str:
    """Return text in one line, without what is invisible or steers, and of a length to read."""
    seen = "".join(
        char if char in _JOINERS or unicodedata.category(char)[0] not in "CZ" else " "
        for char in text[: limit * 4]
    )
    line = " ".join(seen.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def account_part(name: str, otherwise: str) -> str:
    """Return one part of an account's name: letters, digits and dashes, first one upper case.

    otherwise: where nothing of the name can stand in one.
    """
    kept = "".join(
        char if unicodedata.category(char)[0] == "L" or unicodedata.category(char) == "Nd" else " "
        for char in unicodedata.normalize("NFKC", name[: MAX_PART * 4])
    )
    part = "-".join(kept.split())[:MAX_PART].rstrip("-")
    if not part:
        return otherwise
    upper = part[0].upper()
    first = upper if len(upper) == 1 else part[0]
    begins = unicodedata.category(first) in ("Lu", "Nd")
    return first + part[1:] if begins else f"X{part}"


def account_parts(names: Iterable[str], otherwise: str) -> dict[str, str]:
    """Return a part for each name, no two alike, whatever the order in which they come."""
    parts: dict[str, str] = {}
    taken: set[str] = set()
    for number, name in enumerate(sorted(set(names)), start=1):
        part = account_part(name, otherwise if name == "" else f"{otherwise}-{number}")
        made, again = part, 2
        while made.casefold() in taken:
            made, again = f"{part}-{again}", again + 1
        taken.add(made.casefold())
        parts[name] = made
    return parts
