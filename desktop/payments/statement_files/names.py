"""What a payer calls a work, out of a row's cells; the surest of its numbers tells it apart."""

from __future__ import annotations

import re
from collections.abc import Callable

from desktop.model.identifiers import checked
from desktop.model.mappings import Field
from desktop.model.payer_works import PayerWorkName, title_key

NO_TITLE = "(without a title)"
IDENTIFIERS = (
    Field.ISRC, Field.ISBN, Field.ISWC, Field.ISSN, Field.ISMN, Field.ISAN, Field.DOI,
)  # fmt: skip
NAMING = (
    Field.TITLE, Field.CREATORS, Field.CLAIM_NUMBER, Field.ISCC, Field.SHA256, Field.PAYER_ID,
    *IDENTIFIERS,
)  # fmt: skip


def named(text: Callable[[Field], str]) -> PayerWorkName:
    """Return the name that a row gives to a work. text: what the row says of a field."""
    title = text(Field.TITLE)
    creators = text(Field.CREATORS)
    claim = text(Field.CLAIM_NUMBER)
    iscc = text(Field.ISCC)
    payer_id = text(Field.PAYER_ID)
    stated = {one: text(one) for one in IDENTIFIERS}
    numbers = [pair for one, said in stated.items() if said and (pair := _number(one.value, said))]
    sha256 = text(Field.SHA256).lower()
    if re.fullmatch(r"[0-9a-f]{64}", sha256):
        numbers.append(("sha256", sha256))
    iscc = f"ISCC:{iscc.removeprefix('ISCC:')}" if iscc else ""
    keys = [
        f"claim:{claim}" if claim else "",
        *(f"{scheme}:{number}" for scheme, number in numbers),
        f"iscc:{iscc}" if iscc else "",
        # A number of the payer's may be that of an album, which all its songs have.
        f"id:{payer_id}|{title_key(title)}" if payer_id else "",
        f"title:{title_key(title)}" + (f"|{title_key(creators)}" if creators else ""),
    ]
    return PayerWorkName(
        next(filter(None, keys)),
        title or payer_id or claim or NO_TITLE,
        creators,
        claim,
        iscc,
        tuple(numbers),
        next(filter(None, stated.values()), payer_id),
    )


def _number(scheme: str, text: str) -> tuple[str, str] | None:
    """Return a number in its plain form; one that is wrong tells nothing apart from its letters."""
    try:
        return checked(scheme, text)
    except ValueError:
        return None
