"""Bring what strangers wrote to plain text of limited length: no control or direction marks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from desktop.portfolio.plaintext import encodable

NAME_CHARACTERS = 200
TEXT_CHARACTERS = 2000
# Joiners are part of words and emoji; every other format character steers how text is shown.
_JOINERS = "\u200c\u200d"
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}
_READ_AHEAD = 4


def plain(value: str, limit: int = TEXT_CHARACTERS) -> str:
    """Return value on one line, without control, format or unassigned characters, cut at limit.

    Markup is left as it is: nothing in the app renders it, and an address may look like it.
    """
    text = encodable(value[: limit * _READ_AHEAD])
    if not text.isprintable():  # nearly always it is
        text = "".join(map(_kept, text))
    return " ".join(text.split())[:limit].rstrip()


def _kept(char: str) -> str:
    if char in _JOINERS or unicodedata.category(char) not in _DROPPED:
        return char
    return " " if char.isspace() else ""


def plain_names(values: Iterable[str], most: int, limit: int = NAME_CHARACTERS) -> tuple[str, ...]:
    """Return the first most values that say something, each once."""
    found: dict[str, None] = {}
    for value in values:
        text = plain(value, limit)
        if text:
            found[text] = None
        if len(found) == most:
            break
    return tuple(found)
