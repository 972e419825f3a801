"""Read an EPUB's package file: numbers, people with roles, and what it says about AI use."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from lxml import etree

from desktop.model.identifiers import recognised
from desktop.model.suggestions import AiStatement
from desktop.portfolio.content import Embedded
from desktop.portfolio.tags import ai_use
from desktop.portfolio.tags.people import RELATORS, credits_of

_CONTAINER = "META-INF/container.xml"
_ROOTFILE = "{urn:oasis:names:tc:opendocument:xmlns:container}rootfile"
OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TDMREP = "http://www.w3.org/ns/tdmrep"
_MOST_BYTES = 4 * 1024 * 1024
# ONIX code list 5, which EPUB 3's identifier-type refers to.
_ONIX = {"02": "isbn", "15": "isbn", "06": "doi"}
NOT_A_BOOK = (
    *(zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, StopIteration, EOFError),
    *(KeyError, ValueError, OSError, RuntimeError, NotImplementedError),
)


def add_package(made: Embedded, path: Path) -> Embedded:
    """Return made with what the package file says more exactly; unchanged if it is odd."""
    try:
        with zipfile.ZipFile(path) as book:
            package, _ = package_of(book)
    except NOT_A_BOOK:
        return made
    refined = _refinements(package)
    numbers = recognised(_numbers(package, refined))
    return replace(
        made,
        creators=credits_of(_people(package, refined)) or made.creators,
        identifiers=tuple(dict.fromkeys((*numbers, *made.identifiers))),
        ai_use=(*made.ai_use, *_said_of_ai(package)),
    )


def said_in_book(path: Path) -> tuple[AiStatement, ...]:
    """Return what the package file of an EPUB says about AI use; nothing where it is odd."""
    try:
        with zipfile.ZipFile(path) as book:
            package, _ = package_of(book)
    except NOT_A_BOOK:
        return ()
    return tuple(_said_of_ai(package))


def package_of(book: zipfile.ZipFile) -> tuple[etree._Element, str]:
    """Return the package's root and its name in the book (EPUB 3.3, 4.2.6.3.1).

    Raises one of NOT_A_BOOK where the book is odd or the file too large to be one.
    """
    container = _parse(book, _CONTAINER)
    name = next(root.get("full-path") or "" for root in container.iter(_ROOTFILE))
    return _parse(book, name), name


def _parse(book: zipfile.ZipFile, name: str) -> etree._Element:
    """Return an entry's root. Raises ValueError if it is too large to be one."""
    if book.getinfo(name).file_size > _MOST_BYTES:
        raise ValueError(name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(book.read(name), parser)


def _refinements(package: etree._Element) -> dict[tuple[str, str], str]:
    """Return EPUB 3's (id of an element, property): value."""
    return {
        ((meta.get("refines") or "").removeprefix("#"), meta.get("property") or ""): _text(meta)
        for meta in package.iter(f"{OPF}meta")
        if meta.get("refines")
    }


def _people(
    package: etree._Element, refined: dict[tuple[str, str], str]
) -> Iterator[tuple[str, str]]:
    """Yield creators, then those contributors whose role is known."""
    for tag in ("creator", "contributor"):
        for person in package.iter(f"{_DC}{tag}"):
            code = person.get(f"{OPF}role") or refined.get((person.get("id") or "", "role"), "")
            role = RELATORS.get(code.strip().lower(), "")
            if tag == "creator" or role:
                yield _text(person), role


def _numbers(
    package: etree._Element, refined: dict[tuple[str, str], str]
) -> Iterator[tuple[str, str]]:
    for number in package.iter(f"{_DC}identifier"):
        kind = refined.get((number.get("id") or "", "identifier-type"), "")
        scheme = (number.get(f"{OPF}scheme") or "").lower()
        yield _text(number), _ONIX.get(kind, scheme)
    for source in package.iter(f"{_DC}source"):
        yield _text(source), ""


def _said_of_ai(package: etree._Element) -> Iterator[AiStatement]:
    """Yield TDMRep's properties, as EPUB 3 (property, text) and EPUB 2 (name, content) have them.

    TDMRep, "TDM Metadata in EPUB files"; a draft of it had a hyphen in place of the prefix.
    """
    prefixes = {"tdm", *_tdmrep_prefixes(package.get("prefix") or "")}
    for meta in package.iter(f"{OPF}meta"):
        name = meta.get("property") or meta.get("name") or ""
        value = _text(meta) if meta.get("property") else meta.get("content") or ""
        prefix, _, rest = name.partition("-" if name.startswith("tdm-") else ":")
        if prefix in prefixes and rest == "reservation":
            yield ai_use.reservation(value)
        elif prefix in prefixes and rest == "policy":
            yield ai_use.policy(value)


def _tdmrep_prefixes(declared: str) -> Iterator[str]:
    words = declared.split()
    for prefix, address in pairwise(words):
        if prefix.endswith(":") and address.startswith(_TDMREP):
            yield prefix[:-1]


def _text(element: etree._Element) -> str:
    return " ".join("".join(str(part) for part in element.itertext()).split())
