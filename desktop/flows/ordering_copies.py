"""Which file a work's copy is made of, what it will say, and which name it gets."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from desktop.errors import FileProblem, FileProblemKind
from desktop.flows.certifying import Signing
from desktop.flows.copy_folder import CopyFolder, is_plain_file
from desktop.flows.copy_report import CopyReport
from desktop.flows.copying import CopyOrder, datahash_of, unwritable
from desktop.flows.identifying import who_am_i
from desktop.model.copies import Labels
from desktop.model.fingerprints import FoundFile
from desktop.model.publishing import CopyOutcome, PublishedCopy
from desktop.model.terms import Answer, Terms
from desktop.model.vocabularies import Loss, Target
from desktop.model.works import Work
from desktop.services import Services
from desktop.store import addresses, copies
from desktop.store import terms as terms_store
from desktop.store import works as works_store
from desktop.terms.labelling import labels_for
from desktop.terms.spoken import say

SIDECARS = (".xmp", ".c2pa", ".old.xmp")
_MOST_SIDECAR_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A copy that is to be made. replaces: an own earlier one that has its name and gives it up."""

    work_id: int
    original_id: int
    terms: Terms
    target: Path
    replaces: FoundFile | None
    order: CopyOrder
    notes: tuple[str, ...]


class Orders:
    """Decides of one work after the other what copy to make of it, if any."""

    def __init__(
        self, folder: CopyFolder, services: Services, signing: Signing | None, *, force: bool
    ) -> None:
        """signing None: without a signed manifest. force: replace own earlier copies."""
        self._folder = folder
        self._services = services
        self._signing = signing
        self._force = force
        me = who_am_i(services)
        self._my_name = me.party.name if me else ""
        self._today = services.now().date()

    def of(self, number: int, work_id: int) -> Wanted | CopyReport:
        """Return the copy to make of a work, or why none is made. number: unlike any other's."""
        with self._services.store.read() as connection:
            work = works_store.get(connection, work_id)
            terms = terms_store.of_work(connection, work_id)
            before = copies.of_work(connection, work_id)
            pages = addresses.of_work(connection, work_id)
        source = source_of(work)
        if isinstance(source, FileProblem):
            return _failed(work_id, source)
        named = self._named(source.path, work, before)
        if not isinstance(named, tuple):
            return named
        target, replace, notes = named
        try:
            part = self._folder.part(number, target.name)
            replaces = found_at(target) if replace else None
        except OSError as error:
            return _failed(work_id, unwritable(source.path, error))
        return Wanted(
            work_id=work_id,
            original_id=work.fingerprint.fingerprint_id,
            terms=terms,
            target=target,
            replaces=replaces,
            order=self._order(source, part, work, terms, pages),
            notes=(*notes, *_said_nothing(terms)),
        )

    def _order(
        self, source: FoundFile, part: Path, work: Work, terms: Terms, pages: Sequence[str]
    ) -> CopyOrder:
        return CopyOrder(
            path=source.path,
            size_bytes=source.size_bytes,
            mtime_ns=source.mtime_ns,
            inode=source.inode,
            part=part,
            labels=labels_of(work, terms, self._my_name, self._today, pages),
            signer=self._signing.signer if self._signing else None,
            datahash=work.fingerprint.datahash,
            units_256=work.fingerprint.units_256,
        )

    def _named(
        self, source: Path, work: Work, before: Sequence[PublishedCopy]
    ) -> tuple[Path, bool, tuple[str, ...]] | CopyReport:
        """Return the name for a copy, and whether an earlier one gives it up."""
        for path in self._folder.names(source.name):
            there = self._own_copy(path, work, before)
            free = there is None and not os.path.lexists(path)
            if not (free or there) or self._in_the_way(path, work):
                continue
            self._folder.give(path)
            if there is not None and not self._force:
                return self._there_already(source, path, work, there)
            notes: tuple[str, ...] = ()
            if path.name != source.name:
                why = "is too long" if self._folder.is_too_long(source.name) else "is taken"
                notes = (f"The name {source.name} {why}, so the copy is called {path.name}.",)
            return path, there is not None, notes
        raise AssertionError("names never end")

    def _own_copy(
        self, path: Path, work: Work, before: Sequence[PublishedCopy]
    ) -> PublishedCopy | None:
        """Return which copy of this work a file is; None for whatever else has the name."""
        if not before or not is_plain_file(path):
            return None
        found = found_at(path)
        with self._services.store.read() as connection:
            known = copies.at_places(connection, [found]).get(path)
        if known is not None:
            return next((one for one in before if one.known.copy_id == known.copy_id), None)
        if found.size_bytes not in {one.size_bytes for one in before}:
            return None
        datahash = _datahash_at(path)
        return next((one for one in before if one.datahash == datahash), None)

    def _in_the_way(self, path: Path, work: Work) -> bool:
        """Tell whether a file that would lie beside the copy is there, and is none of ours."""
        beside = [Path(f"{path}{suffix}") for suffix in SIDECARS]
        there = [one for one in beside if os.path.lexists(one)]
        return any(not is_own_sidecar(one, work.work_id, self._services) for one in there)

    def _there_already(
        self, source: Path, path: Path, work: Work, there: PublishedCopy
    ) -> CopyReport:
        same = there.original_datahash == work.fingerprint.datahash
        signed = there.signed == (self._signing is not None)
        if there.known.current and same and signed:
            return CopyReport(
                work_id=work.work_id,
                outcome=CopyOutcome.UNCHANGED,
                source=source,
                copy=path,
                iscc=there.iscc,
                datahash=there.datahash,
                vocabularies=there.vocabularies,
                losses=there.losses,
                sidecars=tuple(Path(f"{path}{suffix}") for suffix in there.sidecars),
                notes=there.notes,
            )
        why = "is signed otherwise"
        if not same:
            why = "is of an earlier version of the work"
        elif not there.known.current:
            said = there.known.terms_said
            why = f"says your terms of {said.day} {said:%B %Y}" if said else "says no terms"
        problem = FileProblem(
            f"A copy is there already: {path.name} {why}. It was left as it is.",
            path=source,
            reason=FileProblemKind.TAKEN,
            advice="Publish it again, and let it replace earlier copies.",
        )
        return _failed(work.work_id, problem)


def source_of(work: Work) -> FoundFile | FileProblem:
    """Return the file a work stands on, as it is now, or why there is none."""
    held = [one for one in work.files if one.datahash == work.fingerprint.datahash]
    for one in held:
        if is_plain_file(one.path):
            return found_at(one.path)
    paths = [one.path for one in (*held, *work.files)]
    return FileProblem(
        f"The file of “{work.title}” is not where it was.",
        path=paths[0] if paths else Path(work.title),
        reason=FileProblemKind.MISSING,
        advice="Connect its drive, or scan the folder where it lies now.",
    )


def found_at(path: Path, name: Path | None = None) -> FoundFile:
    """Return a file as it is, under its own name or another. Raises OSError."""
    info = os.lstat(path)
    return FoundFile(
        path=name or path, size_bytes=info.st_size, mtime_ns=info.st_mtime_ns, inode=info.st_ino
    )


def labels_of(
    work: Work, terms: Terms, my_name: str, today: date, pages: Sequence[str] = ()
) -> Labels:
    """Return what is written into a copy of a work. my_name: who made it where nobody is named.

    pages: where it is published; the first is named where its terms name no address.
    """
    creators = tuple(one.name for one in work.creators) or ((my_name,) if my_name else ())
    year = f"{work.created[:4]} " if work.created else ""
    return labels_for(
        terms.on(today),
        title=work.title,
        creators=creators,
        rights=f"© {year}{', '.join(creators)}" if creators else "",
        address=next((one for one in pages if one.startswith("https://")), ""),
        iscc=work.fingerprint.iscc,
        units=work.fingerprint.units_256,
    )


def losses_of(terms: Terms, vocabularies: Sequence[Target], today: date) -> tuple[Loss, ...]:
    """Return what the vocabularies in a copy cannot say of the terms."""
    told = terms.on(today)
    return tuple(
        dict.fromkeys(loss for target in vocabularies for loss in say(target, told).losses)
    )


def is_own_sidecar(path: Path, work_id: int, services: Services) -> bool:
    """Tell whether a file is one that was put beside a copy of this work, unchanged."""
    if not is_plain_file(path) or os.lstat(path).st_size > _MOST_SIDECAR_BYTES:
        return False
    datahash = _datahash_at(path)
    with services.store.read() as connection:
        known = copies.by_datahash(connection, [datahash]).get(datahash)
    return known is not None and known.beside and known.work_id == work_id


def _datahash_at(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return datahash_of(stream)
    except OSError:
        return ""


def _said_nothing(terms: Terms) -> tuple[str, ...]:
    if any(answer is not Answer.UNSET for answer in terms.uses.values()):
        return ()
    return ("You have said nothing about AI for this work, so its copy says nothing about it.",)


def _failed(work_id: int, problem: FileProblem) -> CopyReport:
    return CopyReport(
        work_id=work_id, outcome=CopyOutcome.FAILED, source=problem.path, problem=problem
    )
