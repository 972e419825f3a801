"""works, terms."""

from __future__ import annotations

import click

from desktop.cli.describing import uses_json, work_json
from desktop.cli.session import Session, command
from desktop.cli.terms_export import export
from desktop.cli.terms_read import read
from desktop.errors import UsageProblem
from desktop.flows.describing import set_terms
from desktop.model.terms import Answer, Preset, Price, PriceModel, Terms, Use
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
                data = work_json(services, row.work_id)
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
def terms() -> None:
    """Say what AI may do with works."""


terms.add_command(export)
terms.add_command(read)


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
    data = {"terms": preset_of(new).value, "uses": uses_json(new), "works": changed}
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
                "uses": uses_json(said),
            }
            session.out.row(data, f"{work_id:>6}  {TITLES[preset_of(said)]}")


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
