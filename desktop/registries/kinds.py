"""Every kind of registry this copy of the app can speak to: its own, and other packages'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop import __version__
from desktop.errors import UsageProblem
from desktop.model.registries import RegistryKind
from desktop.registries.connector import Connector, Kind, Link, Option

ORIGIN = "Residuals"
TITLES = {
    RegistryKind.OPEN_CLAIMS: "Open Claims",
    RegistryKind.ISCC_HUB: "ISCC-HUB",
    RegistryKind.FORM_PACK: "A form to fill in",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRow:
    """A kind as a list shows it; of another package's nothing was imported yet.

    problem: why it cannot be used, or "".
    """

    name: str
    title: str
    origin: str
    version: str
    problem: str = ""


def rows() -> list[KindRow]:
    """Return every kind, the app's own first. Imports no other package."""
    from desktop.registries import plugins

    own = [
        KindRow(name=kind.value, title=TITLES[kind], origin=ORIGIN, version=__version__)
        for kind in RegistryKind
        if kind is not RegistryKind.PAYER
    ]
    others = [
        KindRow(
            name=found.name,
            title=found.name,
            origin=found.origin,
            version=found.version,
            problem=found.problem,
        )
        for found in plugins.found(reserved=tuple(RegistryKind))
    ]
    return own + others


def kind_of(name: str) -> Kind:
    """Return a kind, ready to connect; another package's is imported now.

    Raises UsageProblem for a name nobody knows, RegistryProblem if its package is broken.
    """
    if name == RegistryKind.OPEN_CLAIMS:
        return _open_claims()
    if name == RegistryKind.ISCC_HUB:
        return _iscc_hub()
    if name == RegistryKind.FORM_PACK:
        return _form_pack()
    if name == RegistryKind.PAYER:
        raise UsageProblem(
            "This payer takes no claims; it is known from its statements only.",
            advice="`registries list` shows those that take claims.",
        )
    from desktop.registries import plugins

    for found in plugins.found(reserved=tuple(RegistryKind)):
        if found.name == name:
            return plugins.load(found)
    known = ", ".join(row.name for row in rows())
    raise UsageProblem(f"No connector for {name!r} is installed.", advice=f"There are: {known}.")


def options_of(name: str) -> tuple[Option, ...]:
    """Return what one of our own kinds may be told; nothing is imported of another package."""
    own = name in tuple(RegistryKind) and name != RegistryKind.PAYER
    return kind_of(name).options if own else ()


def connect(name: str, link: Link) -> Connector:
    """Return a connector to one registry. Raises UsageProblem or RegistryProblem."""
    return kind_of(name).connect(link)


def read_options(kind: Kind, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return what was typed as the values to keep; what was left empty is left out.

    Raises UsageProblem.
    """
    known: dict[str, Option] = {option.name: option for option in kind.options}
    given = {name: text.strip() for name, text in typed.items() if text.strip()}
    for name in given:
        if name not in known:
            raise UsageProblem(f"A registry of the kind {kind.name} has no option {name!r}.")
    return {name: known[name].read(text) for name, text in given.items()}


def _open_claims() -> Kind:
    from desktop.registries import open_claims

    return Kind(
        name=RegistryKind.OPEN_CLAIMS,
        title=TITLES[RegistryKind.OPEN_CLAIMS],
        origin=ORIGIN,
        version=__version__,
        connect=open_claims.connect,
        check_receipt=open_claims.check_receipt,
        payout_kinds=open_claims.payout_kinds,
    )


def _iscc_hub() -> Kind:
    from desktop.registries import iscc_hub, iscc_hub_receipts

    return Kind(
        name=RegistryKind.ISCC_HUB,
        title=TITLES[RegistryKind.ISCC_HUB],
        origin=ORIGIN,
        version=__version__,
        connect=iscc_hub.IsccHub,
        check_receipt=iscc_hub_receipts.check_receipt,
        options=iscc_hub.OPTIONS,
    )


def _form_pack() -> Kind:
    from desktop.registries import form_pack

    return Kind(
        name=RegistryKind.FORM_PACK,
        title=TITLES[RegistryKind.FORM_PACK],
        origin=ORIGIN,
        version=__version__,
        connect=form_pack.FormPack,
        options=form_pack.OPTIONS,
        check_address=form_pack.check_address,
    )
