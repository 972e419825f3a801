"""What a text or a file says about AI, where it is from, and whose terms it contradicts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from desktop.flows.comparing_terms import compare, compare_at, is_of_a_whole_site
from desktop.flows.reading_files import read_file, read_metadata
from desktop.flows.reading_terms import (
    IN_FILES,
    Kind,
    Reading,
    checked_address,
    detect,
    read_data,
)
from desktop.model.suggestions import AiStatement
from desktop.services import Services
from desktop.terms import paths
from desktop.terms.contradictions import Contradiction


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreted:
    """What was read. address: where it is from, in its proper form, or a path, or ""."""

    source: Path | bytes
    readings: tuple[Reading, ...]
    address: str = ""

    @property
    def statements(self) -> list[AiStatement]:
        """Every statement of all readings."""
        return [one for reading in self.readings for one in reading.statements]

    @property
    def has_host(self) -> bool:
        """Tell whether works may be known to be published where it is from."""
        return bool(paths.host_of(self.address))


def interpret(source: Path | bytes, kind: Kind | None = None, address: str = "") -> Interpreted:
    """Read a file, or the bytes of a text; nothing is fetched.

    address: only what counts for it, unless it is that of a file about a whole site. Raises
    UsageProblem, TermsProblem or FileProblem.
    """
    at = checked_address(address) if address else ""
    page = "" if is_of_a_whole_site(at) else at
    if isinstance(source, Path):
        readings = read_file(source, kind, page)
    elif (kind or detect(source)) in IN_FILES:
        readings = read_metadata(source)
    else:
        readings = (read_data(source, kind, address=page),)
    return Interpreted(source=source, readings=readings, address=at)


def differences(
    what: Interpreted, work_ids: Collection[int], services: Services
) -> dict[int, tuple[Contradiction, ...]]:
    """Return where it contradicts the terms of works: those named, and those published there.

    What speaks of a whole site is read again for the address of each work. Raises UsageProblem if
    a work does not exist.
    """
    named = compare(what.statements, work_ids, services)
    if not what.has_host:
        return named
    return {**compare_at(what.address, lambda place: _at(what, place), services), **named}


def _at(what: Interpreted, place: str) -> list[AiStatement]:
    """Return what counts for one address; what is in a file is alike for all."""
    if any(one.kind in IN_FILES for one in what.readings):
        return what.statements
    data = what.source if isinstance(what.source, bytes) else what.source.read_bytes()
    return list(read_data(data, what.readings[0].kind, address=place).statements)
