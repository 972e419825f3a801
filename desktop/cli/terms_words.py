"""Terms as options of a command, and as the contract has them in JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from desktop.cli.terms_export import loss_json
from desktop.errors import UsageProblem
from desktop.model.money import exponent, parse_amount
from desktop.model.places import full_date
from desktop.model.terms import Answer, Licensee, Preset, Price, PriceModel, Terms, Use
from desktop.model.terms_changes import Change
from desktop.terms.presets import PRESETS, TITLES, preset_of
from desktop.terms.spoken import say_everywhere

PRESET_NAMES = ("open", "ask-me", "no-ai", "ask me", "no ai")
CLEARED: dict[str, Any] = {
    "price": None,
    "note": "",
    "licensees": (),
    "expires": None,
    "address": "",
}


def preset_terms(name: str) -> Terms:
    """Return the terms of a plain answer, by its name with a space or a dash."""
    return PRESETS[Preset(name.lower().replace("-", " "))]


def with_answers(base: Terms, pairs: Iterable[str]) -> Terms:
    """Return terms with some uses answered. Raises UsageProblem."""
    return replace(base, uses={**base.uses, **_answers(pairs)}, version=0)


def with_details(
    base: Terms,
    *,
    price: str | None,
    licensees: Iterable[str],
    keys: Iterable[str],
    expires: str | None,
    address: str | None,
    note: str | None,
    clear: Iterable[str],
) -> Terms:
    """Return terms with what was typed beside the uses. Raises UsageProblem."""
    changed = {name: CLEARED[name] for name in clear}
    if price is not None:
        changed["price"] = _price(price)
    if note is not None:
        changed["note"] = note.strip()
    if address is not None:
        changed["address"] = address.strip()
    if expires is not None:
        changed["expires"] = _day(expires)
    try:
        made = replace(base, version=0, **changed)
        return replace(made, licensees=_licensees(made.licensees, licensees, keys))
    except ValueError as error:
        raise UsageProblem(str(error), advice="Nothing was changed.") from error


def terms_json(terms: Terms) -> dict[str, Any]:
    """Return all that terms say."""
    price = terms.price
    return {
        "terms": preset_of(terms).value,
        "version": terms.version,
        "uses": _uses(terms.uses),
        "price": {
            "model": price.model.value,
            "amount": format(price.amount, "f") if price.amount is not None else None,
            "currency": price.currency or None,
        }
        if price is not None
        else None,
        "licensees": [
            {"name": one.name, "did": one.did or None, "uses": _uses(one.uses)}
            for one in terms.licensees
        ],
        "expires": terms.expires.isoformat() if terms.expires else None,
        "address": terms.address or None,
        "note": terms.note or None,
    }


def terms_lines(terms: Terms) -> list[str]:
    """Return what terms say beyond their plain name, a line each, to read."""
    lines = []
    if preset_of(terms) is Preset.CUSTOM:
        said = [f"{use.value} {answer.value}" for use, answer in terms.uses.items()
                if answer is not Answer.UNSET]  # fmt: skip
        lines.append(", ".join(said) or "nothing said for everybody")
    if terms.price is not None and terms.price.amount is not None:
        price = terms.price
        lines.append(f"Price: {price.model.value}, {price.amount:f} {price.currency}")
    for one in terms.licensees:
        given = [f"{use.value} {answer.value}" for use, answer in one.uses.items()
                 if answer is not Answer.UNSET]  # fmt: skip
        lines.append(f"{one.name}: {', '.join(given) or 'as for everybody'}")
    if terms.expires is not None:
        lines.append(f"Until {terms.expires.isoformat()}, that day included")
    if terms.address:
        lines.append(f"In full: {terms.address}")
    if terms.note:
        lines.append(f"Note: {terms.note}")
    return lines


def change_json(change: Change) -> dict[str, Any]:
    """Return what a change does, as the contract has it."""
    return {
        "works": change.changed,
        "chosen": change.works,
        "permit_more": change.looser,
        "steps": [
            {
                "from": preset_of(one.before).value,
                "from_version": one.before.version or None,
                "to": preset_of(one.after).value,
                "to_version": one.after.version or None,
                "works": one.works,
                "permits_more": one.looser,
            }
            for one in change.steps
        ],
        "notes": list(change.notes),
        "refusals": list(change.refusals),
    }


def change_lines(change: Change) -> list[str]:
    """Return what a change does, a line each, to read."""
    lines = [
        f"{one.works:>7,}  {TITLES[preset_of(one.before)]} → {TITLES[preset_of(one.after)]}"
        f"{'  (permits more)' if one.looser else ''}"
        for one in change.steps
    ]
    return [*lines, *change.refusals, *change.notes]


def losses_json(terms: Terms) -> list[dict[str, Any]]:
    """Return what every vocabulary cannot say of terms."""
    return [loss_json(loss) for one in say_everywhere(terms) for loss in one.losses]


def works_text(count: int) -> str:
    """Return "1 work" or "2 works"."""
    return "1 work" if count == 1 else f"{count:,} works"


def _uses(uses: Mapping[Use, Answer]) -> dict[str, str]:
    """Return the answer to every use."""
    return {use.value: uses[use].value for use in Use}


def _answers(pairs: Iterable[str]) -> dict[Use, Answer]:
    found: dict[Use, Answer] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        try:
            use, answer = Use(name), Answer(value)
        except ValueError as error:
            uses, answers = ", ".join(Use), ", ".join(Answer)
            raise UsageProblem(
                f"{pair[:80]!r} is not USE=VALUE.", advice=f"Uses: {uses}. Values: {answers}."
            ) from error
        if found.setdefault(use, answer) is not answer:
            raise UsageProblem(f"{use.value} is answered twice.", advice="Answer it once.")
    return found


def _price(text: str) -> Price:
    model, _, money = text.partition(":")
    try:
        if not money:
            return Price(model=PriceModel(model))
        amount, currency = money.replace(" ", ":").split(":")
        exponent(currency)
        return Price(model=PriceModel(model), amount=parse_amount(amount), currency=currency)
    except ValueError as error:
        models = ", ".join(PriceModel)
        raise UsageProblem(
            f"{text[:80]!r} is not a price.",
            advice=f"MODEL:AMOUNT:CURRENCY, such as per-training:5.00:EUR; models: {models}.",
        ) from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(full_date(text) or "none")
    except ValueError as error:
        raise UsageProblem(
            f"{text[:40]!r} is not a day.", advice="Write it as 2027-12-31."
        ) from error


def _licensees(
    known: tuple[Licensee, ...], said: Iterable[str], keys: Iterable[str]
) -> tuple[Licensee, ...]:
    """Return the licensees with what was typed; NAME:USE=VALUE once for each use, or with commas.

    Raises ValueError, UsageProblem.
    """
    found = {one.name.casefold(): one for one in known}
    for text in said:
        name, _, pairs = text.rpartition(":")
        if not name or "=" not in pairs:
            raise UsageProblem(
                f"{text[:80]!r} is not NAME:USE=VALUE.", advice="Such as “Acme:train=allow”."
            )
        name = " ".join(name.split())
        one = found.get(name.casefold()) or Licensee(name=name, uses={})
        answers = _answers(pairs.split(","))
        found[name.casefold()] = replace(one, uses={**one.uses, **answers})
    for text in keys:
        name, _, did = text.partition("=")
        held = found.get(" ".join(name.split()).casefold())
        if held is None or not did:
            raise UsageProblem(
                f"{text[:80]!r} is not NAME=DID of a licensee that is named.",
                advice="Name the licensee with --licensee as well.",
            )
        found[held.name.casefold()] = replace(held, did=did.strip())
    return tuple(found.values())
