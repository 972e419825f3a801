"""Recognise texts that are so plain that Tika would hand them back as they are: it takes 20 ms.

Tika looks at a file's beginning (its tika-mimetypes.xml has 440 patterns) and may find something
else in a .txt: a mail, a drawing, a disk image. So only texts that begin with words are taken, are
ASCII without control characters, and hold nothing that any pattern asks for.
"""

from __future__ import annotations

import re
from pathlib import PurePath

MAX_BYTES = 4 * 1024 * 1024
_SUFFIXES = frozenset({".txt", ".text", ".md", ".markdown"})
# Not what else has a pattern of its own: i_*.txt, *.adoc.txt, robots.txt, CMakeLists.txt.
_NAME = re.compile(r"(?![isa]_)[^.]+\.[a-z]+", re.IGNORECASE)
_SPECIAL_NAMES = frozenset({"robots.txt", "cmakelists.txt"})
_BEGINNING = re.compile(rb"(?:#{1,6} )?([A-Z]?[a-z]{2,20}) [A-Za-z][^\r\n]{8}")
_SPECIAL_WORDS = frozenset(
    b"article autocad common diff digraph eval extended forward from function gimp graph only pipe "
    b"rem sample solid source strict this var".split()
)
_OTHER_THAN_PLAIN = re.compile(rb"[^\t\n\r\x20-\x7e]|[<%\\]|~\{|\+[A-Za-z0-9+/]+-")
_LOOKED_AT_BYTES = 64 * 1024
_SPECIAL = re.compile(
    rb"(?i:\n(?:message-id|from|date|received|return-path|relay-version):)"
    rb"|ftyp|acsp|shell archive|must be converted|FreeHand1|Microsoft (?:Word|Excel)|Documento Micr"
    rb"|Foglio di|Spreadsheet|STL|AVI |DICM|BMOD2STM|Biff5|MSWordDoc|0M3C|BOOKMOBI|CD001|SAS FILE"
    rb"|M[.!]K[.!]|FLT[48]|[468]CHN|CD81|OKTA|(?:16|32)CN|-l[hz]|=gmr|[^\r\n]\r[^\n]"
)


def plain_text(name: str, data: bytes) -> str | None:
    """Return the text of a file if it is certain to be plain text, else None."""
    if PurePath(name).suffix.lower() not in _SUFFIXES or not _NAME.fullmatch(name):
        return None
    beginning = _BEGINNING.match(data)
    if (
        beginning is None
        or beginning[1].lower() in _SPECIAL_WORDS
        or name.lower() in _SPECIAL_NAMES
        or _OTHER_THAN_PLAIN.search(data)
        or _SPECIAL.search(data[:_LOOKED_AT_BYTES])
    ):
        return None
    return data.decode("ascii")
