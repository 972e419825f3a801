"""Reading RSL 1.0: what its licences permit, for each place and each word.

RSL 1.0, sections 3.1.1 and 3.3 to 3.17. Licences of one place are offers to choose from, so the
most permissive one tells what may be done, unless another forbids it. Limits to some users or
countries, reports, and a licence that is to be had elsewhere are conditions. No document type, no
entities and no network: a file that brings them is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from desktop.errors import TermsProblem
from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.model.terms import Answer, Use
from desktop.terms.paths import comparable, host_of, matches, path_of
from desktop.terms.rsl import NAMESPACE, WORDS
from desktop.terms.wording import MOST_STATEMENTS, check_size, statement

_ROOTS = (f"{{{NAMESPACE}}}rsl", "rss", "{http://www.w3.org/2005/Atom}feed")
_TYPES = ("usage", "user", "geo")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_ALL_AI = ("ai-train", "ai-input", "ai-index")
_KNOWN = {"all", "ai-all", "ai-index", *WORDS}
_PAID = {
    *("purchase", "subscription", "training", "crawl", "use"),
    *("contribution", "attribution"),
}
_PERMISSIVE = (Answer.ALLOW, Answer.CONSTRAINED, Answer.UNSET, Answer.DENY)


@dataclass(frozen=True, slots=True)
class _License:
    """permits None: none by name. granted: what its permissions amount to."""

    permits: frozenset[str] | None
    prohibits: frozenset[str]
    granted: Answer
    price: str


@dataclass(frozen=True, slots=True)
class _Content:
    """A place with its licences. served: they are to be had from a server."""

    where: str
    licenses: tuple[_License, ...]
    served: bool
    terms: str

    def speaks_of(self, word: str) -> bool:
        """Tell whether a licence names a word, or names others and so leaves it out."""
        names = _names(word)
        return any(one.permits is not None or names & one.prohibits for one in self.licenses)


def read(text: str, address: str = "") -> tuple[AiStatement, ...]:
    """Read an RSL file, or the RSL in a feed; words and kinds of payment that are not RSL's mean
    nothing. address: only what counts for it (3.1.1): of places that match, the narrowest that
    speaks of a word tells what holds for it.

    Raises TermsProblem if it is neither.
    """
    elements = list(_parse(check_size(text)).iter(f"{{{NAMESPACE}}}content"))
    said: list[AiStatement] = []
    if path := path_of(address):
        ranks = {one: _rank(one.get("url") or "", host_of(address), path) for one in elements}
        chain = [
            _content(one) for one in sorted(elements, key=lambda one: -ranks[one]) if ranks[one]
        ]
        return tuple(_told(chain)) if chain else ()
    for element in elements:
        if len(said) > MOST_STATEMENTS:
            break
        said += _told([_content(element)])
    return tuple(said)


def _rank(pattern: str, host: str, path: str) -> int:
    """Return how exactly a content's url names an address; 0: it is for others."""
    if not pattern.startswith("/"):
        other = host_of(pattern)
        if not other or (host and other != host):
            return 0
        pattern = pattern.partition("://")[2][len(other) :] or "/"
    return len(pattern) if matches(comparable(pattern), path) else 0


def _parse(text: str) -> etree._Element:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise TermsProblem(
            "This file brings a document type or entities of its own and was not read.",
            advice="An RSL file needs none.",
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(_DECLARATION.sub("", text).encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise TermsProblem(
            "This is not sound XML.", advice="Look whether it was copied whole."
        ) from error
    if root.tag not in _ROOTS:
        raise TermsProblem("This is not an RSL file.", advice=f"Its namespace is {NAMESPACE}.")
    return root


def _content(element: etree._Element) -> _Content:
    return _Content(
        where=element.get("url") or "",
        licenses=tuple(_license(one) for one in element.findall(f"{{{NAMESPACE}}}license")),
        served=bool(element.get("server")),
        terms=(element.findtext(f"{{{NAMESPACE}}}terms") or "").strip(),
    )


def _told(chain: list[_Content]) -> list[AiStatement]:
    """Return what places say together; chain: those that match one address, the narrowest first."""
    chain = [one for one in chain if one.where]
    licensed = [one for one in chain if one.licenses]
    said: list[AiStatement] = []
    for word, uses in WORDS.items():
        speaking = next((one for one in licensed if one.speaks_of(word)), None)
        if licensed:
            said.append(_word(word, uses, speaking or licensed[-1]))
    for one in licensed:
        if any("all" in each.prohibits for each in one.licenses):
            whole = one is licensed[0] and all("all" in each.prohibits for each in one.licenses)
            meaning = {Use.MINING: Answer.DENY} if whole else {}
            said.append(statement(Vocabulary.RSL, f"{one.where} all", "prohibited", meaning))
    for one in chain:
        said += [statement(Vocabulary.RSL, f"{one.where} terms", one.terms)] if one.terms else []
        words = {word for each in one.licenses for word in (*(each.permits or ()), *each.prohibits)}
        said += [
            statement(Vocabulary.RSL, f"{one.where} usage", word) for word in sorted(words - _KNOWN)
        ]
    return said


def _word(word: str, uses: tuple[Use, ...], content: _Content) -> AiStatement:
    """Return what holds for a word; what one licence permits and another forbids is not permitted
    (3.1.1, 3.6)."""
    answers = [(_answer(word, one), one) for one in content.licenses]
    best, license_ = min(answers, key=lambda pair: _PERMISSIVE.index(pair[0]))
    if any(_names(word) & one.prohibits for one in content.licenses):
        best = Answer.DENY
    if content.served and best is Answer.ALLOW:
        best = Answer.CONSTRAINED
    permitted = f"permitted, {license_.price}" if license_.price else "permitted"
    value = {Answer.DENY: "not permitted", Answer.UNSET: "permitted, on terms not of RSL 1.0"}
    meaning = {} if best is Answer.UNSET else dict.fromkeys(uses, best)
    return statement(Vocabulary.RSL, f"{content.where} {word}", value.get(best, permitted), meaning)


def _names(word: str) -> set[str]:
    return {word, "all", *(["ai-all"] if word in _ALL_AI else [])}


def _answer(word: str, license_: _License) -> Answer:
    if _names(word) & license_.prohibits:
        return Answer.DENY
    if license_.permits is not None and not _names(word) & license_.permits:
        return Answer.DENY
    return license_.granted


def _license(element: etree._Element) -> _License:
    permits = _tokens(element, "permits")
    prohibits = _tokens(element, "prohibits") or frozenset()
    payments = element.findall(f"{{{NAMESPACE}}}payment")
    payment = payments[0] if payments else None
    kind = "free" if payment is None else payment.get("type") or "free"
    granted = Answer.ALLOW if kind == "free" else Answer.UNSET
    if kind in _PAID or (granted is Answer.ALLOW and _limited(element)):
        granted = Answer.CONSTRAINED
    # A word with a colon is another vocabulary's, which nobody has to know (3.4.1).
    strange = {word for word in prohibits - _KNOWN if ":" not in word}
    if len(payments) > 1 or strange or _not_of_rsl(element):
        granted = Answer.UNSET  # what is forbidden or asked for here is not understood
    amount = payment.find(f"{{{NAMESPACE}}}amount") if payment is not None else None
    money = f" {amount.text or ''} {amount.get('currency') or ''}" if amount is not None else ""
    return _License(permits, prohibits, granted, f"{kind}{money}" if kind != "free" else "")


def _tokens(element: etree._Element, name: str) -> frozenset[str] | None:
    found = [one for one in element.findall(f"{{{NAMESPACE}}}{name}") if one.get("type") == "usage"]
    # The drafts before 1.0 had commas between words.
    words = " ".join(one.text or "" for one in found).replace(",", " ").split()
    return frozenset(words) if found else None


def _not_of_rsl(element: etree._Element) -> bool:
    """Tell whether a licence has limits of no known kind, or permits of one kind twice (3.5)."""
    permits = [one.get("type") for one in element.findall(f"{{{NAMESPACE}}}permits")]
    prohibits = [one.get("type") for one in element.findall(f"{{{NAMESPACE}}}prohibits")]
    return len(set(permits)) < len(permits) or not {*permits, *prohibits} <= set(_TYPES)


def _limited(element: etree._Element) -> bool:
    """Tell whether a licence is for some users or countries, wants reports (3.12), or is to be
    asked for elsewhere (3.8 to 3.11)."""
    payment = element.find(f"{{{NAMESPACE}}}payment")
    asks = payment is not None and len(payment) > 0
    if asks or element.find(f"{{{NAMESPACE}}}reporting") is not None:
        return True
    return any(
        one.get("type") != "usage"
        for name in ("permits", "prohibits")
        for one in element.findall(f"{{{NAMESPACE}}}{name}")
    )
