"""works, work edit, terms."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import click

from desktop.cli.output import path_text
from desktop.cli.session import Session, command
from desktop.errors import UsageProblem
from desktop.flows.describing import edit_work, set_terms
from desktop.model.terms import Answer, Preset, Price, PriceModel, Terms, Use
from desktop.model.works import Creator, Identifier, Right, Work
from desktop.services import Services
from desktop.store import claims as claims_store
from desktop.store import shelf
from desktop.store import terms as terms_store
from desktop.store import works as works_store
from desktop.terms.presets import PRESETS, TITLES, preset_of


@click.command()
@click.option("--search", default="", help="Words of titles, names or file names; or ISCC:…")
@click.option("--limit", type=click.IntRange(1), default=None)
@command
def works(session: Session, search: str, limit: int | None) -> None:
    """List the works of the library, newest first."""
    with session.open(read_only=True) as services:
        before, left = None, limit
        while left is None or left > 0:
            size = min(left, shelf.PAGE) if left is not None else shelf.PAGE
            with services.store.read() as connection:
                page = shelf.page(connection, search=search, before=before, limit=size)
            for row in page:
                data = _work_json(services, row.work_id)
                claims = ", ".join(f"{name}: {state}" for name, state in data["claims"].items())
                session.out.row(
                    data,
                    f"{row.work_id:>6}  {row.title}  ·  {row.kind.value}  ·  {data['terms']}"
                    f"{'  ·  ' + claims if claims else ''}",
                )
            if len(page) < size:
                return
            before = page[-1].work_id
            left = left - len(page) if left is not None else None


@click.group()
def work() -> None:
    """Change what the library says of one work."""


@work.command("edit")
@click.argument("work_id", type=int)
@click.option("--title")
@click.option("--creator", "creators", multiple=True, help="NAME or NAME:ROLE; once each.")
@click.option("--identifier", "identifiers", multiple=True, help="SCHEME:VALUE, such as isrc:…")
@click.option(
    "--share", "shares", multiple=True, help="PARTY:RIGHT:FRACTION, such as me:output:2/3"
)
@command
def edit(
    session: Session,
    work_id: int,
    title: str | None,
    creators: tuple[str, ...],
    identifiers: tuple[str, ...],
    shares: tuple[str, ...],
) -> None:
    """Set title, creators, identifiers or shares of a work."""
    with session.open() as services:
        edit_work(
            work_id,
            services,
            title=title,
            creators=[_creator(text) for text in creators] or None,
            identifiers=[_identifier(text) for text in identifiers],
            shares=[_share(text) for text in shares],
        )
        data = _work_json(services, work_id)
    session.out.row(data, f"{work_id}  {data['title']}")


@click.group()
def terms() -> None:
    """Say what AI may do with works."""


@terms.command("set")
@click.argument("words", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All works, now and to come.")
@click.option("--preset", type=click.Choice(["open", "ask me", "no ai"], case_sensitive=False))
@click.option("--price", help="MODEL, or MODEL:AMOUNT:CURRENCY, such as per-training:5.00:EUR")
@command
def set_(
    session: Session,
    words: tuple[str, ...],
    everything: bool,
    preset: str | None,
    price: str | None,
) -> None:
    """WORK_ID… USE=VALUE…: uses train, train-generative, input, output, search, mining; values
    allow, deny, constrained, unset."""
    work_ids = [int(word) for word in words if word.isdigit()]
    pairs = [word for word in words if not word.isdigit()]
    if everything == bool(work_ids):
        raise UsageProblem("Name works by their numbers, or give --all.")
    if not pairs and preset is None:
        raise UsageProblem("Say what AI may do: USE=VALUE, or --preset.")
    base = PRESETS[Preset(preset.lower())] if preset else Terms(uses={})
    new = Terms(
        uses={**base.uses, **dict(_answer(pair) for pair in pairs)},
        price=_price(price) if price else base.price,
    )
    with session.open() as services:
        changed = set_terms(new, None if everything else work_ids, services)
    data = {"terms": preset_of(new).value, "uses": _uses(new), "works": changed}
    session.out.row(data, f"{TITLES[preset_of(new)]}: {changed} works changed")


@terms.command("show")
@click.argument("work_ids", nargs=-1, type=int)
@command
def show(session: Session, work_ids: tuple[int, ...]) -> None:
    """Show what AI may do with works; without numbers, with all."""
    with session.open(read_only=True) as services, services.store.read() as connection:
        for work_id in work_ids or sorted(shelf.ids(connection)):
            works_store.get(connection, work_id)
            said = terms_store.of_work(connection, work_id)
            data = {
                "work_id": work_id,
                "terms": preset_of(said).value,
                "version": said.version,
                "uses": _uses(said),
            }
            session.out.row(data, f"{work_id:>6}  {TITLES[preset_of(said)]}")


def _work_json(services: Services, work_id: int) -> dict[str, Any]:
    with services.store.read() as connection:
        found: Work = works_store.get(connection, work_id)
        said = terms_store.of_work(connection, work_id)
        states = claims_store.states_of_work(connection, work_id)
    return {
        "work_id": work_id,
        "title": found.title,
        "kind": found.kind.value,
        "iscc": found.fingerprint.iscc,
        "files": [path_text(file.path) for file in found.files],
        "creators": [creator.name for creator in found.creators],
        "identifiers": {item.scheme: item.value for item in found.identifiers},
        "shares": [
            {
                "party": share.party.name,
                "right": share.right.value,
                "share": f"{share.fraction.numerator}/{share.fraction.denominator}",
            }
            for share in found.shares
        ],
        "terms": preset_of(said).value,
        "claims": states,
    }


def _uses(said: Terms) -> dict[str, str]:
    return {use.value: said.uses[use].value for use in Use}


def _answer(pair: str) -> tuple[Use, Answer]:
    use, _, answer = pair.partition("=")
    try:
        return Use(use), Answer(answer)
    except ValueError as error:
        uses, answers = ", ".join(Use), ", ".join(Answer)
        raise UsageProblem(
            f"{pair!r} is not USE=VALUE.", advice=f"Uses: {uses}. Values: {answers}."
        ) from error


def _price(text: str) -> Price:
    model, *money = text.split(":")
    try:
        if not money:
            return Price(model=PriceModel(model))
        amount, currency = money
        from desktop.model.money import exponent, parse_amount

        exponent(currency)
        return Price(model=PriceModel(model), amount=parse_amount(amount), currency=currency)
    except ValueError as error:
        models = ", ".join(PriceModel)
        raise UsageProblem(
            f"{text!r} is not a price.", advice=f"MODEL:AMOUNT:CURRENCY; models: {models}."
        ) from error


def _creator(text: str) -> Creator:
    name, _, role = text.partition(":")
    if not name.strip():
        raise UsageProblem("A creator has a name.")
    return Creator(name=name.strip(), role=role.strip() or "author")


def _identifier(text: str) -> Identifier:
    scheme, _, value = text.partition(":")
    if not scheme.strip() or not value.strip():
        raise UsageProblem(f"{text!r} is not SCHEME:VALUE.")
    return Identifier(scheme=scheme.strip().lower(), value=value.strip())


def _share(text: str) -> tuple[str, Right, Fraction]:
    try:
        party, right, fraction = text.rsplit(":", 2)
        share = Fraction(fraction)
        if not 0 < share <= 1 or not party.strip():
            raise ValueError(text)
        return party.strip(), Right(right), share
    except (ValueError, ZeroDivisionError) as error:
        raise UsageProblem(
            f"{text!r} is not PARTY:RIGHT:FRACTION.", advice="Such as me:training:2/3."
        ) from error
