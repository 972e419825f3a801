"""What is written into a copy of a work, made from its terms: every vocabulary's own words."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.model.copies import Labels
from desktop.model.terms import Terms
from desktop.terms import c2pa, iptc, tdmrep
from desktop.terms.in_words import usage_terms

MOST_CHARACTERS = 2000


def labels_for(
    terms: Terms,
    *,
    title: str = "",
    creators: Sequence[str] = (),
    rights: str = "",
    address: str = "",
    iscc: str = "",
    units: Sequence[str] = (),
) -> Labels:
    """Return the labels of a copy. address: of the work's page, where its terms name no other.

    units: the work's ISCC-UNITs of 256 bits, by which its manifest is found again.
    """
    reservation = tdmrep.reservation(terms.for_everyone())
    return Labels(
        title=_line(title),
        creators=tuple(one for one in map(_line, creators) if one),
        rights=_line(rights),
        usage_terms=usage_terms(terms),
        address=terms.address or address,
        iscc=iscc,
        units=tuple(units),
        data_mining=iptc.data_mining(terms),
        constraints=iptc.constraints(terms),
        reservation=reservation,
        policy=terms.address if reservation == 1 else "",
        entries=c2pa.entries(terms),
    )


def _line(text: str) -> str:
    """Return text on one line, without what XML and readers cannot take."""
    kept = "".join(one if one.isprintable() else " " for one in text)
    return " ".join(kept.split())[:MOST_CHARACTERS]
