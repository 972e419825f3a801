"""Reading RSL 1.0: what its licences permit, for each place and each word.

Licences of one place are offers to choose from, so the most permissive one tells what may be done.
Limits to some users or countries, and a licence server, are conditions. No document type, no
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


def read(text: str, address: str = "") -> tuple[AiStatement, ...]:
    """Read an RSL file, or the RSL in a feed; words and kinds of payment that are not RSL's mean
    nothing. address: only what counts for it, the longest pattern that matches.

    Raises TermsProblem if it is neither.
    """
    contents = list(_parse(check_size(text)).iter(f"{{{NAMESPACE}}}content"))
    if path := path_of(address):
        ranks = {one: _rank(one.get("url") or "", host_of(address), path) for one in contents}
        best = max(ranks.values(), default=0)
        contents = [one for one in contents if best and ranks[one] == best]
    said: list[AiStatement] = []
    for content in contents:
        if len(said) > MOST_STATEMENTS:
            break
        said += _content(content)
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


def _content(content: etree._Element) -> list[AiStatement]:
    where = content.get("url") or ""
    licenses = [_license(one) for one in content.findall(f"{{{NAMESPACE}}}license")]
    if not licenses or not where:
        return []
    served = bool(content.get("server"))
    said = [_word(where, word, uses, licenses, served) for word, uses in WORDS.items()]
    if any("all" in one.prohibits for one in licenses):
        meaning = {Use.MINING: Answer.DENY} if all("all" in o.prohibits for o in licenses) else {}
        said.append(statement(Vocabulary.RSL, f"{where} all", "prohibited", meaning))
    strange = {word for one in licenses for word in (*(one.permits or ()), *one.prohibits)} - _KNOWN
    full = content.findtext(f"{{{NAMESPACE}}}terms") or ""
    said += [statement(Vocabulary.RSL, f"{where} terms", full)] if full.strip() else []
    return [*said, *(statement(Vocabulary.RSL, f"{where} usage", word) for word in sorted(strange))]


def _word(
    where: str, word: str, uses: tuple[Use, ...], licenses: list[_License], served: bool
) -> AiStatement:
    answers = [(_answer(word, one), one) for one in licenses]
    best, license_ = min(answers, key=lambda pair: _PERMISSIVE.index(pair[0]))
    if served and best is Answer.ALLOW:
        best = Answer.CONSTRAINED
    permitted = f"permitted, {license_.price}" if license_.price else "permitted"
    value = {Answer.DENY: "not permitted", Answer.UNSET: "permitted, on terms not of RSL 1.0"}
    meaning = {} if best is Answer.UNSET else dict.fromkeys(uses, best)
    return statement(Vocabulary.RSL, f"{where} {word}", value.get(best, permitted), meaning)


def _answer(word: str, license_: _License) -> Answer:
    names = {word, "all", *(["ai-all"] if word in _ALL_AI else [])}
    if names & license_.prohibits:
        return Answer.DENY
    if license_.permits is not None and not names & license_.permits:
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
    if len(payments) > 1 or prohibits - _KNOWN or _untyped(element):
        granted = Answer.UNSET  # what is forbidden or asked for here is not understood
    amount = payment.find(f"{{{NAMESPACE}}}amount") if payment is not None else None
    money = f" {amount.text or ''} {amount.get('currency') or ''}" if amount is not None else ""
    return _License(permits, prohibits, granted, f"{kind}{money}" if kind != "free" else "")


def _tokens(element: etree._Element, name: str) -> frozenset[str] | None:
    found = [one for one in element.findall(f"{{{NAMESPACE}}}{name}") if one.get("type") == "usage"]
    # The drafts before 1.0 had commas between words.
    words = " ".join(one.text or "" for one in found).replace(",", " ").split()
    return frozenset(words) if found else None


def _untyped(element: etree._Element) -> bool:
    return any(
        one.get("type") not in _TYPES
        for name in ("permits", "prohibits")
        for one in element.findall(f"{{{NAMESPACE}}}{name}")
    )


def _limited(element: etree._Element) -> bool:
    return any(
        one.get("type") != "usage"
        for name in ("permits", "prohibits")
        for one in element.findall(f"{{{NAMESPACE}}}{name}")
    )
