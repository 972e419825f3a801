"""Which works are alike: other versions of one, groups of a whole library, twins among claims.

Imported where it is used, not at start: it brings NumPy with it.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop.errors import Cancelled as StoppedByUser
from desktop.errors import FileProblem, UsageProblem
from desktop.model.claims import ClaimState
from desktop.model.fingerprints import FoundFile, Kind
from desktop.model.progress import Cancelled, Progress, Report, never, silent
from desktop.model.similar import GroupMember, Relation, SimilarGroup, SimilarWork, Twin
from desktop.portfolio.near_duplicates import Codes, Gathered, Hit, Words, gather, nearest
from desktop.portfolio.scan import find_files
from desktop.services import Services
from desktop.store import alike, claims, codes, files, works
from desktop.store.codes import KIND_NUMBERS, CodeBlock

NO_CLAIM = {ClaimState.REJECTED, ClaimState.REFUSED, ClaimState.WITHDRAWN}
_TWINS = {Relation.SAME_BYTES, Relation.SAME_CONTENT, Relation.VERSION}
_REPORT_EVERY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What is compared with the library. work_id 0: a file that is not in it."""

    kind: Kind
    datahash: str
    words: Words | None
    letters: int = 0
    work_id: int = 0


def find_similar(
    what: int | Path,
    services: Services,
    max_bits: int | None = None,
    report: Report = silent,
    cancelled: Cancelled = never,
) -> list[SimilarWork]:
    """Return the works that are like a work, or like a file that need not be in the library.

    Closest first. max_bits: differing bits of 256 in place of each kind's own limits. Earlier
    versions of a work speak for it. Raises UsageProblem, FileProblem, StoreProblem, Cancelled.
    """
    if isinstance(what, int):
        asked = _work(what, services)
    else:
        asked = _file(Path(os.path.abspath(what)), services, cancelled)
    blocks = codes.read(services.store, report, cancelled)
    return _alike(asked, blocks, services, max_bits)


def groups(
    services: Services, report: Report = silent, cancelled: Cancelled = never
) -> list[SimilarGroup]:
    """Return the groups of the library, by their first works; every work is in one at most.

    A shoot, a remaster, a second edition: works of one kind that are like the first of them. When
    cancelled, returns what was found so far.
    """
    blocks = codes.read(services.store, report, cancelled)
    with services.store.read() as connection:
        current = alike.current(connection)
    found: list[SimilarGroup] = []
    for done, kind in enumerate(Kind):
        report(Progress(done=done, total=len(Kind), label=f"Grouping: {kind.value}"))
        chosen = _of_kind(blocks, kind, current)
        gathered = gather(chosen, kind, cancelled)
        found += _named_groups(gathered, chosen, services)
    return sorted(found, key=lambda group: group.works[0].work_id)


def find_twins(
    work_ids: Sequence[int],
    services: Services,
    report: Report = silent,
    cancelled: Cancelled = never,
) -> dict[int, tuple[Twin, ...]]:
    """Return, for works about to be claimed, others with the same content that are claimed too.

    First those claimed already anywhere, unless the claim came to nothing; then those among
    work_ids.
    Works without a twin are left out. Raises StoreProblem, Cancelled.
    """
    blocks = codes.read(services.store, report, cancelled)
    chosen = set(work_ids)
    found = {}
    for done, work_id in enumerate(work_ids, start=1):
        if cancelled():
            raise StoppedByUser
        alike_ones = _alike(_work(work_id, services), blocks, services, None)
        near = [other for other in alike_ones if other.relation in _TWINS]
        twins = sorted(_claimed_too(near, chosen, services), key=lambda twin: not twin.claimed)
        if twins:
            found[work_id] = tuple(twins)
        if done % _REPORT_EVERY == 0:
            report(Progress(done=done, total=len(work_ids), label="Looking for the same content"))
    return found


def _claimed_too(
    others: Sequence[SimilarWork], chosen: Collection[int], services: Services
) -> Iterator[Twin]:
    for other in others:
        with services.store.read() as connection:
            states = claims.states_of_work(connection, other.work_id).values()
        if any(ClaimState(state) not in NO_CLAIM for state in states):
            yield Twin(other=other, claimed=True)
        elif other.work_id in chosen:
            yield Twin(other=other, claimed=False)


def _alike(
    asked: _Asked, blocks: Sequence[CodeBlock], services: Services, max_bits: int | None
) -> list[SimilarWork]:
    hits: list[Hit] = []
    if asked.words is not None:
        candidates = (_candidates(block, asked.kind, asked.work_id) for block in blocks)
        hits = nearest(
            candidates, asked.words, asked.kind, letters=asked.letters, max_bits=max_bits
        )
    with services.store.read() as connection:
        same = set(alike.with_bytes(connection, asked.datahash)) - {asked.work_id}
        hits = [Hit(work_id, 0, Relation.SAME_BYTES) for work_id in sorted(same)] + [
            hit for hit in hits if hit.owner not in same
        ]
        names = alike.named(connection, [hit.owner for hit in hits])
    found = [_similar(hit, names[hit.owner]) for hit in hits if hit.owner in names]
    return sorted(found, key=lambda one: (one.relation.rank, one.bits, one.work_id))


def _similar(hit: Hit, work: alike.NamedWork) -> SimilarWork:
    return SimilarWork(
        work_id=work.work_id,
        title=work.title,
        kind=work.kind,
        datahash=work.datahash,
        bits=hit.bits,
        relation=hit.relation,
    )


def _candidates(block: CodeBlock, kind: Kind, without: int) -> Codes:
    return Codes(
        words=block.words,
        owners=block.work_ids,
        letters=block.letters,
        comparable=(block.kinds == KIND_NUMBERS[kind]) & (block.work_ids != without),
    )


def _of_kind(blocks: Sequence[CodeBlock], kind: Kind, current: NDArray[np.int64]) -> Codes:
    """Return the codes that works of a kind have now, oldest first."""
    words, owners, letters = [np.empty((4, 0), np.uint64)], [], []
    for block in blocks:
        chosen = (block.kinds == KIND_NUMBERS[kind]) & np.isin(block.fingerprint_ids, current)
        words.append(block.words[:, chosen])
        owners.append(block.work_ids[chosen])
        letters.append(block.letters[chosen])
    joined = np.concatenate(words, axis=1)
    return Codes(
        words=joined,
        owners=np.concatenate([np.empty(0, np.int64), *owners]),
        letters=np.concatenate([np.empty(0, np.uint32), *letters]),
        comparable=np.ones(joined.shape[1], np.bool_),
    )


def _named_groups(
    gathered: Sequence[Gathered], chosen: Codes, services: Services
) -> Iterator[SimilarGroup]:
    members = [
        [(int(chosen.owners[at]), bits) for at, bits in ((group.first, 0), *group.others)]
        for group in gathered
    ]
    with services.store.read() as connection:
        names = alike.named(connection, [work_id for group in members for work_id, _ in group])
    for group, works_of_group in zip(gathered, members, strict=True):
        named = tuple(
            GroupMember(work_id=work_id, title=names[work_id].title, bits=bits)
            for work_id, bits in works_of_group
            if work_id in names
        )
        if len(named) > 1:
            yield SimilarGroup(relation=group.relation, works=named)


def _work(work_id: int, services: Services) -> _Asked:
    with services.store.read() as connection:
        found = works.get(connection, work_id).fingerprint
        featureless = alike.is_featureless(connection, found.fingerprint_id)
    return _Asked(
        kind=found.kind,
        datahash=found.datahash,
        words=None if featureless else codes.words_of(found.units_256, found.kind),
        letters=found.characters or 0,
        work_id=work_id,
    )


def _file(path: Path, services: Services, cancelled: Cancelled) -> _Asked:
    """Return what a file holds: from the library if it lies there unchanged, else read now."""
    if path.is_dir():
        raise UsageProblem("This is a folder.", advice="Name one file, or a work by its number.")
    for found in find_files((path,), cancelled=cancelled):
        if isinstance(found, FileProblem):
            raise found
        with services.store.read() as connection:
            (known,) = files.unchanged(connection, [found])
        if known is not None:
            return _work(known.work_id, services)
        return _read(found, services, cancelled)
    raise UsageProblem("This is a file that a scan leaves out.")


def _read(found: FoundFile, services: Services, cancelled: Cancelled) -> _Asked:
    with services.new_pool() as pool:
        (made,) = pool.run([found], cancelled)
    if isinstance(made, FileProblem):
        raise made
    return _Asked(
        kind=made.kind,
        datahash=made.datahash,
        words=None if made.featureless else codes.words_of(made.units_256, made.kind),
        letters=made.facts.characters or 0,
    )
