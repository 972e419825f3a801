"""RSL 1.0 (rslstandard.org/rsl, Recommendation of 2025-12): licences as XML.

A <content> may have several <license>s, each an offer of its own (3.4). What a licence forbids
counts before what it permits (3.1.1, 3.6), and a narrower place before a wider one, word by word;
once it permits some uses by name, the others are not permitted; where it permits none by name, all
are that it does not forbid: silence is a permission there. So either some uses are permitted by
name, or everything is forbidden. A licence without <payment>, or with `free`, costs nothing; a
condition without a price cannot be written, and becomes a no.
"""

from __future__ import annotations

from lxml import etree

from desktop.model.terms import Answer, PriceModel, Terms, Use
from desktop.terms.wording import TRAINING

NAMESPACE = "https://rslstandard.org/rsl"
WORDS = {"ai-train": TRAINING, "ai-input": (Use.INPUT,), "search": (Use.SEARCH,)}
SPEAKS_OF = (*TRAINING, Use.INPUT, Use.SEARCH)
MEDIA_TYPE = "application/rsl+xml"
_NSMAP: dict[str, str] = {None: NAMESPACE}  # type: ignore[dict-item]  # None: no prefix
NO_PRICE = "RSL offers a use only for something, and no price is said."
ENDS = "what RSL offers has no end, and your terms end."
_PAYMENTS = {
    PriceModel.ATTRIBUTION: "attribution",
    PriceModel.SUBSCRIPTION: "subscription",
    PriceModel.PER_TRAINING: "training",
    PriceModel.PER_CRAWL: "crawl",
    PriceModel.PER_USE: "use",
    PriceModel.CONTRIBUTION: "contribution",
}


def has_price(terms: Terms) -> bool:
    """Tell whether a condition can be written as an offer: free is none.

    An offer may be taken without asking, and has no end: where the terms end, none is written.
    """
    return terms.expires is None and terms.price is not None and terms.price.model in _PAYMENTS


def why_no_offer(terms: Terms) -> str:
    """Return why a condition becomes a no; "" where it is an offer."""
    if has_price(terms):
        return ""
    return ENDS if terms.expires is not None else NO_PRICE


def says_something(terms: Terms) -> bool:
    """Tell whether something was said that RSL could tell."""
    told = terms.for_everyone()
    return any(told.uses[use] is not Answer.UNSET for use in SPEAKS_OF)


def content(terms: Terms, location: str = "/") -> etree._Element | None:
    """Return the <content> for a place; None where nothing was said that RSL could tell."""
    answers = {word: _answer(terms, uses) for word, uses in WORDS.items()}
    if not says_something(terms):
        return None
    element = etree.Element(f"{{{NAMESPACE}}}content", nsmap=_NSMAP, url=location)
    allowed = [word for word, one in answers.items() if one is Answer.ALLOW]
    offered = [word for word, one in answers.items() if one is Answer.CONSTRAINED]
    denied = [word for word, one in answers.items() if one is Answer.DENY]
    if allowed:
        _payment(_license(element, allowed, denied), "free")
    if offered:
        _price(_license(element, offered, denied), terms)
    if not allowed and not offered:
        _license(element, [], ["all"])
    if terms.address:
        etree.SubElement(element, f"{{{NAMESPACE}}}terms").text = terms.address
    return element


def write(contents: list[etree._Element]) -> str:
    """Return the file; "" for nothing to say."""
    if not contents:
        return ""
    root = etree.Element(f"{{{NAMESPACE}}}rsl", nsmap=_NSMAP)
    root.extend(contents)
    data = etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8")
    return data.decode("utf-8")


def _answer(terms: Terms, uses: tuple[Use, ...]) -> Answer:
    """Return what one word may say: what is left open joins no yes and no offer."""
    told = terms.for_everyone()
    answers = {told.uses[use] for use in uses}
    if Answer.DENY in answers:
        return Answer.DENY
    if Answer.UNSET in answers:
        return Answer.UNSET if answers <= {Answer.UNSET, Answer.ALLOW} else Answer.DENY
    if Answer.CONSTRAINED in answers:
        return Answer.CONSTRAINED if has_price(terms) else Answer.DENY
    return Answer.ALLOW


def _license(element: etree._Element, permits: list[str], prohibits: list[str]) -> etree._Element:
    made = etree.SubElement(element, f"{{{NAMESPACE}}}license")
    for name, words in (("permits", permits), ("prohibits", prohibits)):
        if words:
            etree.SubElement(made, f"{{{NAMESPACE}}}{name}", type="usage").text = " ".join(words)
    return made


def _payment(made: etree._Element, kind: str) -> etree._Element:
    return etree.SubElement(made, f"{{{NAMESPACE}}}payment", type=kind)


def _price(made: etree._Element, terms: Terms) -> None:
    price = terms.price
    if price is None:  # has_price was asked before
        return
    payment = _payment(made, _PAYMENTS[price.model])
    if price.amount is not None:
        amount = etree.SubElement(payment, f"{{{NAMESPACE}}}amount", currency=price.currency)
        amount.text = f"{price.amount:f}"
