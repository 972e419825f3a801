"""The mappings of a library: those that come with the app, and the user's own."""

from __future__ import annotations

from desktop.errors import UsageProblem
from desktop.model.mappings import Mapping
from desktop.payments.statement_files.mappings import (
    read_mapping,
    shipped_mappings,
    write_mapping,
)
from desktop.services import Services
from desktop.store import journal, statement_mappings


def all_mappings(services: Services) -> list[Mapping]:
    """Return the user's own mappings, then those that come with the app and are not replaced."""
    with services.store.read() as connection:
        kept = statement_mappings.everything(connection)
    own = [read_mapping(text.encode(), name, own=True) for name, text in kept]
    names = {one.name for one in own}
    return own + [one for one in shipped_mappings() if one.name not in names]


def named_mapping(name: str, services: Services) -> Mapping:
    """Return the mapping of that name. Raises UsageProblem."""
    known = all_mappings(services)
    for one in known:
        if one.name == name:
            return one
    raise UsageProblem(
        f"There is no mapping {name!r}.",
        advice=f"There are: {', '.join(one.name for one in known)}.",
    )


def save_mapping(mapping: Mapping, services: Services) -> Mapping:
    """Keep a mapping of the user's own; it takes the place of one with the same name.

    Raises StatementProblem if it does not say enough to read a file.
    """
    description = write_mapping(mapping)
    checked = read_mapping(description, mapping.name, own=True)
    now_s = services.now_s()
    with services.store.write() as tx:
        statement_mappings.keep(tx, mapping.name, description.decode(), now_s)
        detail = {"columns": len(mapping.columns)}
        journal.add(tx, now_s, "mapping.saved", mapping.name, detail)
    return checked


def remove_mapping(name: str, services: Services) -> None:
    """Take away a mapping of the user's own; statements read by it stay. Raises UsageProblem."""
    if not named_mapping(name, services).own:
        raise UsageProblem(f"The mapping {name!r} comes with the app and cannot be removed.")
    now_s = services.now_s()
    with services.store.write() as tx:
        statement_mappings.keep(tx, name, "", now_s)
        journal.add(tx, now_s, "mapping.removed", name, {})
