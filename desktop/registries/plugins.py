"""Connectors of other packages (entry-point group residuals.registries): found, loaded late.

Such an entry point names a class or object with the attributes `title` and `options` (name: label)
and the method `connect(link)`, which returns a connector. Whatever it does wrong costs itself.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import EntryPoint, entry_points

from desktop.errors import RegistryProblem
from desktop.registries.answers import plain_words
from desktop.registries.connector import Connector, Kind, Link, Option, Signer
from desktop.registries.guard import Guard, Guarded, Kept

GROUP = "residuals.registries"
_loaded: dict[tuple[str, str, str], Kind] = {}
_guards: dict[tuple[str, str, str], Guard] = {}
_loading = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A connector that is installed. problem: why it cannot be used, or ""."""

    name: str
    origin: str
    version: str
    entry: EntryPoint
    problem: str = ""


def found(reserved: Sequence[str]) -> list[Found]:
    """Return what is installed, by name; nothing is imported. reserved: names of our own."""
    result: list[Found] = []
    with Kept():  # metadata of a broken installation can raise anything
        result = sorted(_read(), key=lambda one: (one.name, one.origin))
    taken = dict.fromkeys(reserved, "Residuals itself")
    for number, one in enumerate(result):
        if one.name in taken:
            words = f"The name {one.name} is taken by {taken[one.name]}."
            result[number] = replace(one, problem=words)
        taken.setdefault(one.name, one.origin)
    return result


def load(one: Found) -> Kind:
    """Import a connector's package. Raises RegistryProblem in words that name the package."""
    if one.problem:
        raise RegistryProblem(one.problem, advice=f"Remove the package {one.origin}.")
    where = (one.origin, one.version, one.entry.value)
    with _loading:
        if where not in _loaded:
            who = f"The connector {one.name} ({one.origin} {one.version})"
            _loaded[where] = _load(one, _guards.setdefault(where, Guard(who)))
        return _loaded[where]


def _load(one: Found, guard: Guard) -> Kind:
    offered = guard.call("its import", one.entry.load)
    made = guard.call("its start", offered) if isinstance(offered, type) else offered
    connect = getattr(made, "connect", None)
    if not callable(connect):
        raise guard.problem("has no method connect")
    title = getattr(made, "title", "")
    return Kind(
        name=one.name,
        title=plain_words(title) if isinstance(title, str) and title else one.name,
        origin=one.origin,
        version=one.version,
        connect=partial(_connect, guard, connect),
        options=_options(guard, getattr(made, "options", {})),
    )


def _options(guard: Guard, named: object) -> tuple[Option, ...]:
    """Read {name: label}; what the user types for each is handed on as text."""
    if not isinstance(named, dict) or not all(
        isinstance(name, str) and name.isidentifier() and isinstance(label, str)
        for name, label in named.items()
    ):
        raise guard.problem("has options that are not names and labels")
    return tuple(
        Option(name=name, label=plain_words(label), hint="", read=plain_words)
        for name, label in named.items()
    )


def _connect(guard: Guard, connect: object, link: Link) -> Connector:
    key = None if link.key is None else _Pen(link.key)
    inner = guard.call("connect", connect, replace(link, key=key))
    return Guarded(guard, inner, link.transport)


class _Pen:
    """Signs, and keeps the key itself to itself."""

    __slots__ = ("did", "sign")

    def __init__(self, key: Signer) -> None:
        self.did = key.did
        self.sign = lambda data: key.sign(data)


def _read() -> Iterator[Found]:
    for entry in entry_points(group=GROUP):
        package = entry.dist
        yield Found(
            name=plain_words(entry.name),
            origin=plain_words(str(package.name)) if package else "unknown package",
            version=plain_words(str(package.version)) if package else "",
            entry=entry,
        )
