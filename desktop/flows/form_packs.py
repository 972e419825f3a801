"""Registries that are forms: the shipped ones, the user's own, and what each description says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from desktop.assets import asset
from desktop.errors import UsageProblem
from desktop.forms.filling import refusal_of_kind
from desktop.forms.reading import MAX_BYTES, read_form
from desktop.model.forms import Form
from desktop.model.registries import Description, Registry, RegistryKind
from desktop.model.works import Work
from desktop.registries import form_pack, kinds
from desktop.services import Services
from desktop.store import journal, registries

OWN = "own/"


def shipped_forms() -> dict[str, bytes]:
    """Return the descriptions that come with the app, by the form's id."""
    paths = sorted(asset("forms").glob("*.toml"))
    return {read_form(path.read_bytes(), path.name).form_id: path.read_bytes() for path in paths}


def kind_for(address: str) -> RegistryKind:
    """Return the kind that an address alone tells of: a form has none of the web."""
    known = address in shipped_forms() if "://" not in address else False
    return (
        RegistryKind.FORM_PACK if known or address.endswith(".toml") else RegistryKind.OPEN_CLAIMS
    )


def form_of(registry: Registry) -> Form:
    """Return the form of a registry, with the user's deadline. Raises UsageProblem, FormProblem."""
    if not registry.by_hand:
        raise UsageProblem(
            f"{registry.name} is no form to fill in.", advice="Its claims are sent with `sync`."
        )
    form = read_form(registry.description, f"the form of {registry.name}")
    typed = registry.options.get(form_pack.DEADLINE)
    return replace(form, deadline=date.fromisoformat(str(typed))) if typed else form


def refusal(registry: Registry, work: Work) -> str:
    """Return why a work cannot be claimed with this registry's form, or ""."""
    if not registry.by_hand:
        return ""
    return refusal_of_kind(form_of(registry), work.kind, work.title)


def add_form(
    name: str, form: str, services: Services, options: Mapping[str, str] | None = None
) -> Registry:
    """Keep a form as a registry; it is ready at once.

    form: the id of a shipped one, or the path of a description, whose bytes the library keeps.
    Raises UsageProblem, FormProblem.
    """
    shipped = shipped_forms()
    if form in shipped:
        return keep_form(name, shipped[form], services, options=options)
    data = _read(Path(form), shipped)
    return keep_form(name, data, services, options=options, own=True, file=Path(form).name)


def keep_form(
    name: str,
    data: bytes,
    services: Services,
    *,
    options: Mapping[str, str] | None = None,
    own: bool = False,
    file: str = "the form",
) -> Registry:
    """Keep a description as a registry. Raises UsageProblem, FormProblem."""
    form = read_form(data, file)
    chosen = kinds.read_options(kinds.kind_of(RegistryKind.FORM_PACK), options or {})
    address = form_pack.ADDRESS + (OWN if own else "") + form.form_id
    now_s = services.now_s()
    with services.store.write() as tx:
        added = registries.add(tx, name, RegistryKind.FORM_PACK, address, chosen)
        registries.described(tx, added.registry_id, _description(form, address, data), now_s)
        detail = {"kind": RegistryKind.FORM_PACK.value, "form": form.form_id}
        journal.add(tx, now_s, "registry.added", name, detail)
        return registries.by_name(tx, name)


def check_form(registry: Registry, services: Services) -> tuple[Registry, Description]:
    """Read a form's description again; of a shipped one, that of this copy of the app.

    Raises FormProblem.
    """
    form_id = registry.url.removeprefix(form_pack.ADDRESS)
    data = shipped_forms().get(form_id, registry.description)
    description = _description(read_form(data, form_id), registry.url, data)
    with services.store.write() as tx:
        registries.described(tx, registry.registry_id, description, services.now_s())
        return registries.by_name(tx, registry.name), description


def form_document(name: str, services: Services) -> bytes:
    """Return the description of a registry's form, to be kept elsewhere. Raises UsageProblem."""
    with services.store.read() as connection:
        registry = registries.by_name(connection, name)
    form_of(registry)
    return registry.description


def _read(path: Path, shipped: Mapping[str, bytes]) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise UsageProblem(
            f"There is no form called {str(path)!r}, and no file of that name can be read.",
            advice=f"Shipped are: {', '.join(shipped)}. Or name a TOML file of your own.",
        ) from error


def _description(form: Form, address: str, data: bytes) -> Description:
    return Description(
        name=form.title, api=address, did="", methods={}, batch=1, body_bytes=0, document=data
    )
