"""Guess from its heading what a column of somebody's spreadsheet wants; the user corrects it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from desktop.model.forms import Column, Fact

_OTHERS = r"\b(co|other|joint|further|mit|andere\w*|autres?|otros?|outros?)\b.*"
_OWNERS = r"(owner|author|creator|writer|part(y|ies)|holder|urheber|inhaber|titular|auteur|autor)"

# In this order; the first that is found in the heading counts.
_GUESSES: tuple[tuple[str, Fact, str], ...] = (
    (r"\bisbn\b", Fact.ISBN, ""),
    (r"\bissn\b", Fact.ISSN, ""),
    (r"\bisrc\b", Fact.ISRC, ""),
    (r"\biswc\b", Fact.ISWC, ""),
    (r"\bismn\b", Fact.ISMN, ""),
    (r"\bisan\b", Fact.ISAN, ""),
    (r"\bdoi\b", Fact.DOI, ""),
    (r"\biscc\b", Fact.ISCC, ""),
    (r"\bsha ?256\b|\bchecksum\b|\bfile hash\b", Fact.SHA256, ""),
    (r"\b(ipi|cae)\b", Fact.CLAIMANT_IPI, ""),
    (r"\bisni\b", Fact.CLAIMANT_ISNI, ""),
    (r"\borcid\b", Fact.CLAIMANT_ORCID, ""),
    (r"\b(sole|only|single|allein\w*) " + _OWNERS, Fact.SOLE_OWNER, ""),
    (
        r"(reach|contact|e ?mail|address|phone|kontakt|adresse)\b.*" + _OTHERS + _OWNERS,
        Fact.CO_OWNER_CONTACTS,
        "",
    ),
    (
        _OTHERS + _OWNERS + r"\w*\b.*(reach|contact|e ?mail|address|phone|kontakt|adresse)",
        Fact.CO_OWNER_CONTACTS,
        "",
    ),
    (
        r"(share|percent|anteil|part|quota)\w*\b.*" + _OTHERS + _OWNERS,
        Fact.CO_OWNER_SHARES,
        "",
    ),
    (_OTHERS + _OWNERS + r"\w*\b.*(share|percent|anteil|quota)", Fact.CO_OWNER_SHARES, ""),
    (_OTHERS + _OWNERS + r"|\bmiturheber|\bcoauthor|\bcoauteur", Fact.CO_OWNERS, ""),
    (r"\b(basis)\b", Fact.BASIS, ""),
    (
        r"\b(share|percent\w*|split|ownership|anteil|quota|quote|pourcentage)\b",
        Fact.SHARE_PERCENT,
        "",
    ),
    (r"\bcopyright\b|\bregistration (number|no)\b", Fact.COPYRIGHT, ""),
    (r"\b(country|place|land|pays|pais)\b.*\b(publi\w*|release\w*)", Fact.PUBLICATION_COUNTRY, ""),
    (
        r"\b(month|monat|mois|mes)\b.*\b(publi\w*|release\w*|veroffent\w*)",
        Fact.PUBLICATION_DATE,
        "YYYY-MM",
    ),
    (
        r"\b(year|jahr|annee|ano)\b.*\b(publi\w*|release\w*|veroffent\w*)",
        Fact.PUBLICATION_DATE,
        "YYYY",
    ),
    (
        r"\b(publi\w*|release\w*|veroffent\w*)\b.*\b(year|jahr|annee|ano)\b",
        Fact.PUBLICATION_DATE,
        "YYYY",
    ),
    (
        r"\b(date|datum|fecha|data|first)\b.*\b(publi\w*|release\w*|veroffent\w*)"
        r"|\b(publi\w*|release\w*)\b.*\bdate\b",
        Fact.PUBLICATION_DATE,
        "",
    ),
    (r"\bpublished\b|\bveroffentlicht\b|\bpublie\b", Fact.PUBLISHED, ""),
    (r"\bfile ?names?\b|\bdateiname\b|\bfichier\b|\barchivo\b|^file$", Fact.FILE_NAME, ""),
    (r"\b(created|creation|completed|completion|made|entstanden)\b", Fact.CREATED, ""),
    (r"\b(ai|artificial|ki)\b", Fact.AI_INVOLVEMENT, ""),
    (r"\b(capacity|eigenschaft)\b", Fact.CAPACITY, ""),
    (r"\b(territor\w*|gebiet)\b", Fact.TERRITORIES, ""),
    (r"\b(duration|length|dauer|duree|duracion)\b", Fact.DURATION, ""),
    (r"\b(dimensions?|pixels?|resolution)\b", Fact.PIXELS, ""),
    (r"\b(mime|media type|file type|file format)\b", Fact.MEDIATYPE, ""),
    (r"\b(roles?)\b", Fact.CREATORS_WITH_ROLES, ""),
    (
        r"\b(claimants?|rights? ?holders?|owners?|your name|submitter|interested party"
        r"|rechteinhaber\w*|titular\w*|ayant droit)\b",
        Fact.CLAIMANT,
        "",
    ),
    (
        r"\b(authors?|creators?|artists?|photographers?|composers?|writers?|illustrators?"
        r"|autor\w*|urheber\w*|auteurs?|fotograf\w*|kunstler\w*)\b",
        Fact.CREATORS,
        "",
    ),
    (r"\b(titles?|titel|titres?|titulos?|titolo|name of (the )?work|work name)\b", Fact.TITLE, ""),
    (r"\b(type|kind|category|genre|medium|art des werks)\b", Fact.KIND, ""),
    (r"\b(identifiers?|other numbers?)\b", Fact.IDENTIFIERS, ""),
    (r"^(no|nr|number|row|line|n|lfd nr|item)$", Fact.ROW_NUMBER, ""),
)


def guess(heading: str) -> Column:
    """Return a column for a heading; one that says nothing known stays empty."""
    known = _plain(heading)
    for pattern, fact, date_format in _GUESSES:
        if re.search(pattern, known):
            return Column(heading=heading, holds=fact, date_format=date_format)
    return Column(heading=heading)


def guess_all(headings: Sequence[str]) -> list[Column]:
    """Return a column for each heading."""
    return [guess(heading) for heading in headings]


def _plain(heading: str) -> str:
    """Return small letters without accents, and one space between words."""
    bare = unicodedata.normalize("NFKD", heading.casefold())
    bare = "".join(char for char in bare if not unicodedata.combining(char))
    return " ".join(re.sub(r"[\W_]+", " ", bare).split())
