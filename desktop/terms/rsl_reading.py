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
from desktop.terms.rsl import NAMESPACE, WORDS
from desktop.terms.wording import MOST_STATEMENTS, check_size, statement

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


def read(text: str) -> tuple[AiStatement, ...]:
    """Read an RSL file; words and kinds of payment that are not RSL's mean nothing.

    Raises TermsProblem if it is no RSL file.
    """
    root = _parse(check_size(text))
    said: list[AiStatement] = []
    for content in root.iter(f"{{{NAMESPACE}}}content"):
        if len(said) > MOST_STATEMENTS:
            break
        said += _content(content)
    return tuple(said)


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
    if root.tag != f"{{{NAMESPACE}}}rsl":
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
    strange = {
        word
        for one in licenses
        for word in (*(one.permits or ()), *one.prohibits)
        if word not in _KNOWN
    }
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
    payment = element.find(f"{{{NAMESPACE}}}payment")
    kind = "free" if payment is None else payment.get("type") or "free"
    granted = Answer.ALLOW if kind == "free" else Answer.UNSET
    if kind in _PAID or (granted is Answer.ALLOW and _limited(element)):
        granted = Answer.CONSTRAINED
    amount = payment.find(f"{{{NAMESPACE}}}amount") if payment is not None else None
    money = f" {amount.text or ''} {amount.get('currency') or ''}" if amount is not None else ""
    return _License(permits, prohibits, granted, f"{kind}{money}" if kind != "free" else "")


def _tokens(element: etree._Element, name: str) -> frozenset[str] | None:
    found = [one for one in element.findall(f"{{{NAMESPACE}}}{name}") if one.get("type") == "usage"]
    return frozenset(" ".join(one.text or "" for one in found).split()) if found else None


def _limited(element: etree._Element) -> bool:
    return any(
        one.get("type") != "usage"
        for name in ("permits", "prohibits")
        for one in element.findall(f"{{{NAMESPACE}}}{name}")
    )
