"""What each registry is told of a work's terms, and what of them it cannot be told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from desktop.flows.form_packs import form_of
from desktop.forms.terms_facts import ABOUT_TERMS, ANSWERS
from desktop.model.forms import Fact
from desktop.model.registries import Ability, Registry, RegistryKind
from desktop.model.terms import Answer, Terms, Use
from desktop.model.use_words import ANSWERED, SPOKEN, listed
from desktop.model.vocabularies import Loss, Target

_IN_FULL = (RegistryKind.ISCC_HUB, RegistryKind.FORM_PACK)
"""Nobody there takes the claim apart, so that it may say everything."""


def told(registry: Registry, terms: Terms, today: date) -> Terms:
    """Return what a claim says there: what holds today, and details only where they are taken.

    Never more permissive than the terms: where licensees or the last day cannot be told, the
    strictest answer stands for everybody.
    """
    now = terms.on(today)
    if registry.kind in _IN_FULL or Ability.TERMS in registry.abilities:
        return now
    return replace(now.for_everyone(), address="")


def losses_at(registry: Registry, terms: Terms, today: date) -> tuple[Loss, ...]:
    """Return what of the terms, as they hold today, nobody reads there, a sentence each."""
    now = terms.on(today)
    if now.same_answers(Terms(uses={})):
        return ()
    found: Iterable[tuple[Use | None, str]]
    if registry.kind == RegistryKind.ISCC_HUB:
        found = _of_hub(registry)
    elif registry.by_hand:
        found = _of_form(registry, now)
    else:
        found = _of_claims(registry, now, told(registry, terms, today))
    ended = now is not terms and terms.expires is not None
    said_too = f"What you permitted ended after {terms.expires}: the claim says no to it."
    over = [(None, said_too)] if ended else []
    return tuple(
        Loss(target=Target.REGISTRY, use=use, sentence=said) for use, said in (*over, *found)
    )


def _of_hub(registry: Registry) -> Iterator[tuple[Use | None, str]]:
    """ISCC Discovery Protocol (draft of 2025-07-30): a note has no field for terms."""
    yield (
        None,
        f"{registry.name} keeps fingerprints and no terms: nobody reads your answers there. The "
        "declaration holds the hash of your signed claim, which proves later what they were.",
    )


def _of_form(registry: Registry, now: Terms) -> Iterator[tuple[Use | None, str]]:
    form = form_of(registry)
    asked = {column.holds for column in form.columns} & ABOUT_TERMS
    beside = " It stands in the signed claim that lies beside it." if form.enclosed.claims else ""
    if Fact.TERMS in asked:
        return
    if not asked:
        yield None, f"This form does not ask what AI may do.{beside}"
        return
    everyone = now.for_everyone().uses
    for fact, use in ANSWERS.items():
        if now.uses[use] is not Answer.UNSET and fact not in asked:
            yield use, f"This form has no column for {SPOKEN[use]}.{beside}"
        elif everyone[use] is not now.uses[use]:
            yield (
                use,
                f"“{ANSWERED[everyone[use]]}” stands in the column for {SPOKEN[use]}, where you "
                f"say “{ANSWERED[now.uses[use]]}”: it {_reason(now, use)}.{beside}",
            )
    missing = [
        words
        for words, there in (
            ("your price", now.price is not None and Fact.TERMS_PRICE not in asked),
            ("the address of your full terms", now.address and Fact.TERMS_ADDRESS not in asked),
            ("single licensees", now.licensees),
            ("a last day", now.expires is not None),
            ("your note", now.note),
        )
        if there
    ]
    if missing:
        yield None, f"This form has no column for {listed(missing)}.{beside}"


def _of_claims(registry: Registry, now: Terms, said: Terms) -> Iterator[tuple[Use | None, str]]:
    name = registry.name
    if registry.kind != RegistryKind.OPEN_CLAIMS:
        yield None, f"Whether {name} understands your terms, only its connector knows."
    for use in Use:
        if said.uses[use] is not now.uses[use]:
            yield (
                use,
                f"{name} is told “{ANSWERED[said.uses[use]]}” to {SPOKEN[use]}, where you say "
                f"“{ANSWERED[now.uses[use]]}”: it {_reason(now, use)}.",
            )
    if now.licensees and not said.licensees:
        names = listed([one.name for one in now.licensees])
        yield None, f"{name} takes no answers for single licensees: yours for {names} stay here."
    if now.expires is not None and said.expires is None:
        yield None, f"{name} takes no last day: that yours is {now.expires} stays here."
    if now.address and not said.address:
        yield None, f"{name} takes no address of full terms: yours stays here."


def _reason(now: Terms, use: Use) -> str:
    if any(one.uses[use] is not Answer.UNSET for one in now.licensees):
        return "takes no answers for single licensees, so the strictest stands for all"
    return "takes no last day, so a yes that will end is not told as a plain yes"
