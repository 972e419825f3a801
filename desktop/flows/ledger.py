"""The ledger of all lines: read once, then brought up to date by what came since."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from desktop.errors import UsageProblem
from desktop.flows.reconciling import list_payments
from desktop.model.ledger import LineFilter, SavedSearch, Words
from desktop.model.line_columns import NAMED, Columns, Dimension, joined, work_code, work_of
from desktop.model.payments import Payment
from desktop.payments.cube import only
from desktop.payments.ledger import Ledger
from desktop.services import Services
from desktop.store import ledger as ledger_store
from desktop.store import line_columns
from desktop.store.database import Connection
from desktop.store.line_columns import KeptLines

KEPT_FROM_LINES = 2_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Books:
    """The ledger, what it is made from, and the payments it tells the states of."""

    ledger: Ledger
    kept: KeptLines
    payments: tuple[Payment, ...]


def open_books(services: Services, previous: Books | None = None) -> Books:
    """Return the ledger as the store is now; previous: what was read before, to start from."""
    payments = list_payments(services, count_works=False)
    folder = services.library / "cache" / "ledger"
    with services.store.read() as connection:
        kept = previous.kept if previous else line_columns.load(folder)
        current, read = _up_to_date(connection, kept)
        ledger = _ledger(connection, current, payments)
    if read >= KEPT_FROM_LINES:
        try:
            line_columns.keep(folder, current)
        except OSError as error:
            # Without the cache the ledger is the same, and slower to open.
            _log.warning("the ledger's cache cannot be written: %s", error.strerror)
    works = ledger.works_of_statements()
    told = tuple(replace(one, works=works.get(one.payment_id, 0)) for one in payments)
    return Books(ledger, current, told)


def saved_searches(services: Services) -> list[SavedSearch]:
    """Return the searches that are saved."""
    with services.store.read() as connection:
        return ledger_store.saved_searches(connection)


def save_search(services: Services, name: str, wanted: LineFilter) -> None:
    """Save a filter under a name; one of that name is replaced. Raises UsageProblem."""
    name = " ".join(name.split())
    if not name or len(name) > 80:
        raise UsageProblem("A search needs a name of at most 80 letters.")
    with services.store.write() as tx:
        ledger_store.save_search(tx, name, wanted, services.now_s())


def remove_search(services: Services, name: str) -> None:
    """Take a saved search away. Raises UsageProblem if there is none of that name."""
    with services.store.write() as tx:
        if name not in {search.name for search in ledger_store.saved_searches(tx)}:
            raise UsageProblem(f"There is no saved search “{name}”.")
        ledger_store.save_search(tx, name, None, services.now_s())


def _up_to_date(connection: Connection, kept: KeptLines | None) -> tuple[KeptLines, int]:
    """Return all lines that count, and how many were read or dropped for it."""
    wanted = line_columns.counted(connection)
    if kept and any(wanted.get(number, key) != key for number, key in kept.keys.items()):
        kept = None  # another library's, or one that was restored
    missing = [number for number in wanted if kept is None or number not in kept.keys]
    gone = [number for number in kept.keys if number not in wanted] if kept else []
    if kept and not missing and not gone:
        return kept, 0
    new = line_columns.read_rows(connection, missing, kept)
    if kept is None:
        return new, new.columns.count
    before = kept.columns
    stays = before
    if gone:
        left = np.isin(before.codes[Dimension.STATEMENT], gone, invert=True)
        stays = only(before, np.flatnonzero(left))
    columns = stays if not new.columns.count else line_columns.in_order(
        joined([stays, new.columns])
    )  # fmt: skip
    read = new.columns.count + before.count - stays.count
    return KeptLines(columns, new.names, wanted), read


def _ledger(connection: Connection, kept: KeptLines, payments: Sequence[Payment]) -> Ledger:
    statements = ledger_store.statement_facts(connection)
    registries = ledger_store.registry_names(connection)
    works, words = _works(connection, kept)
    numbers = {number: facts.number for number, facts in statements.items()}
    return Ledger(
        Columns({**kept.columns.codes, Dimension.WORK: works}, *_rest(kept.columns)),
        {
            **{name: _same(dict(enumerate(kept.names[name]))) for name in NAMED},
            Dimension.WORK: words,
            Dimension.REGISTRY: _same(registries),
            Dimension.STATEMENT: Words(numbers, {number: str(number) for number in numbers}),
        },
        statements,
        {payment.payment_id: payment.state for payment in payments},
    )


def _rest(columns: Columns) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    return columns.limbs, columns.position


def _same(labels: Mapping[int, str]) -> Words:
    return Words(labels, labels)


def _works(connection: Connection, kept: KeptLines) -> tuple[NDArray[np.int32], Words]:
    """Return each line's work as it is matched now, and the works' titles.

    A line of no work at all goes by its title: those codes stand above all others.
    """
    payers = ledger_store.payer_works(connection)
    codes = _matched(kept.columns.codes[Dimension.WORK], payers)
    titles = kept.names[Dimension.TITLE]
    first = (int(codes.max(initial=0)) // 2 + 1) * 2
    nameless = codes == 0
    if nameless.any():
        codes = np.where(nameless, first + kept.columns.codes[Dimension.TITLE], codes)
    present = [int(code) for code in np.flatnonzero(np.bincount(codes))]
    works = [work for work, _ in map(work_of, present) if work is not None]
    ours = ledger_store.work_titles(connection, [work for work in works if 2 * work < first])
    theirs = {number: title for number, _, title in payers}
    labels: dict[int, str] = {}
    keys: dict[int, str] = {}
    for code in present:
        work_id, payer_work_id = work_of(code)
        if code >= first:
            labels[code] = titles[code - first]
            keys[code] = f"title:{labels[code]}"
        elif work_id is not None:
            labels[code], keys[code] = ours.get(work_id, ""), str(work_id)
        elif payer_work_id is not None:
            labels[code], keys[code] = theirs[payer_work_id], f"payer:{payer_work_id}"
    return codes.astype(np.int32, copy=False), Words(labels, keys)


def _matched(
    codes: NDArray[np.int32], payers: list[tuple[int, int | None, str]]
) -> NDArray[np.int32]:
    """Return codes of works where payers' works are matched with one of the user's."""
    matched = {
        work_code(None, number): work_code(work_id) for number, work_id, _ in payers if work_id
    }
    if not matched or not len(codes):
        return codes
    table = np.arange(max(int(codes.max()), *matched) + 1, dtype=np.int32)
    table[list(matched)] = list(matched.values())
    return np.asarray(table[codes], np.int32)
