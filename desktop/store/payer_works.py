"""What each payer calls a work, once for all its statements, and which work that is.

Decisions are append-only; the newest counts, and what the user said is never matched over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from desktop.errors import UsageProblem
from desktop.model.payer_works import (
    MatchReason,
    PayerWork,
    PayerWorkName,
    PayerWorkState,
)
from desktop.store.database import Connection, Row

_REMEMBERED = 200_000
_HASHES = ("sha256", "md5", "datahash")


class Names:
    """Gives what one payer calls a work its number here, and keeps a name seen first."""

    def __init__(self, connection: Connection, registry_id: int, now_s: int) -> None:
        self._connection, self._registry_id, self._now_s = connection, registry_id, now_s
        self._numbers: dict[str, int] = {}

    def number(self, name: PayerWorkName) -> int:
        """Return the payer_work_id of a name."""
        known = self._numbers.get(name.key)
        if known is None:
            if len(self._numbers) >= _REMEMBERED:
                self._numbers.clear()
            known = self._numbers[name.key] = self._kept(name)
        return known

    def _kept(self, name: PayerWorkName) -> int:
        found = self._connection.execute(
            "SELECT payer_work_id FROM payer_works WHERE registry_id = ? AND key = ?",
            (self._registry_id, name.key),
        ).fetchone()
        if found is not None:
            return int(found[0])
        added = self._connection.execute(
            "INSERT INTO payer_works (registry_id, key, title, creators, claim_number, iscc, "
            "identifiers, seen_s) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self._registry_id,
                name.key,
                name.title,
                name.creators,
                name.claim_number,
                name.iscc,
                json.dumps([list(pair) for pair in name.identifiers]),
                self._now_s,
            ),
        )
        return int(added.lastrowid or 0)


def keep_names(
    connection: Connection, registry_id: int, names: Iterable[PayerWorkName], now_s: int
) -> None:
    """Keep what a payer calls works, before its lines come."""
    known = Names(connection, registry_id, now_s)
    for name in names:
        known.number(name)


def settled(connection: Connection, registry_id: int) -> frozenset[str]:
    """Return the keys of a payer's names of which it is known whose works they are."""
    rows = connection.execute(
        "SELECT key FROM payer_works WHERE registry_id = ? AND state <> 'unmatched'",
        (registry_id,),
    )
    return frozenset(key for (key,) in rows)


# What is still open and about which the user said nothing yet.
_OPEN = (
    "SELECT * FROM payer_works WHERE state = 'unmatched' AND (registry_id = :registry_id "
    "OR :registry_id IS NULL) AND NOT EXISTS (SELECT 1 FROM payer_work_matches AS said "
    "WHERE said.payer_work_id = payer_works.payer_work_id AND said.reason IN ('user', 'undo'))"
)
_CERTAIN = (
    (
        MatchReason.CLAIM,
        "SELECT payer_work_id, lines.work_id FROM open JOIN statement_lines AS lines "
        "USING (payer_work_id) WHERE lines.work_id IS NOT NULL",
    ),
    (
        MatchReason.CLAIM,
        "SELECT payer_work_id, claims.work_id FROM open JOIN claim_states AS there "
        "ON there.registry_id = open.registry_id AND there.number = open.claim_number "
        "JOIN claims ON claims.claim_id = there.claim_id WHERE there.number <> ''",
    ),
    (
        MatchReason.IDENTIFIER,
        "SELECT payer_work_id, numbers.work_id FROM open, json_each(open.identifiers) AS pair "
        "JOIN identifiers AS numbers ON numbers.scheme = json_extract(pair.value, '$[0]') "
        "AND numbers.value = json_extract(pair.value, '$[1]')",
    ),
    (
        MatchReason.ISCC,
        "SELECT payer_work_id, fingerprints.work_id FROM fingerprints JOIN open USING (iscc) "
        "WHERE iscc IN (SELECT iscc FROM open WHERE iscc <> '')",
    ),
    *(
        (
            MatchReason.HASH,
            f"SELECT payer_work_id, fingerprints.work_id FROM open, "
            f"json_each(open.identifiers) AS pair JOIN fingerprints "
            f"ON fingerprints.{scheme} = json_extract(pair.value, '$[1]') "
            f"WHERE json_extract(pair.value, '$[0]') = '{scheme}'",
        )
        for scheme in _HASHES
    ),
)  # fmt: skip


def match_known(connection: Connection, registry_id: int | None, now_s: int) -> int:
    """Match what is certain: by claim, number, code or hash, if one work alone has it.

    registry_id: of one payer; None: of all. Returns how many were matched.
    """
    matched = 0
    for reason, query in _CERTAIN:
        found = connection.execute(
            f"WITH open AS MATERIALIZED ({_OPEN}) SELECT payer_work_id, min(work_id) "
            f"FROM ({query}) GROUP BY payer_work_id HAVING min(work_id) = max(work_id)",
            {"registry_id": registry_id},
        ).fetchall()
        for payer_work_id, work_id in found:
            _set(connection, payer_work_id, PayerWorkState.MATCHED, work_id, reason, now_s)
        matched += len(found)
    return matched


def unknown(
    connection: Connection, registry_id: int | None, names: Iterable[PayerWorkName]
) -> list[PayerWorkName]:
    """Return those names of which it is neither known nor certain which work is meant."""
    return [name for name in names if not _is_known(connection, registry_id, name)]


def _is_known(connection: Connection, registry_id: int | None, name: PayerWorkName) -> bool:
    decided = connection.execute(
        "SELECT 1 FROM payer_works WHERE registry_id = ? AND key = ? AND state <> 'unmatched'",
        (registry_id, name.key),
    ).fetchone()
    if decided is not None:
        return True
    claimed = connection.execute(
        "SELECT 1 FROM claim_states WHERE registry_id = ? AND number = ? AND number <> ''",
        (registry_id, name.claim_number),
    ).fetchone()
    return claimed is not None or any(
        connection.execute(
            "SELECT 1 FROM identifiers WHERE scheme = ? AND value = ?", pair
        ).fetchone()
        for pair in name.identifiers
    )


def decide(
    connection: Connection,
    payer_work_id: int,
    state: PayerWorkState,
    work_id: int | None,
    reason: MatchReason,
    now_s: int,
) -> None:
    """Keep what was decided of a name; it holds for all its lines, and those to come.

    Raises UsageProblem if there is no such name or work.
    """
    by_id(connection, payer_work_id)
    if work_id is not None:
        known = connection.execute("SELECT 1 FROM works WHERE work_id = ?", (work_id,)).fetchone()
        if known is None:
            raise UsageProblem(
                f"There is no work {work_id}.",
                advice="`works` shows your works with their numbers.",
            )
    _set(connection, payer_work_id, state, work_id, reason, now_s)


def before_last(
    connection: Connection, payer_work_id: int
) -> tuple[PayerWorkState, int | None] | None:
    """Return what counted before the newest decision; None if nothing was decided yet."""
    rows = connection.execute(
        "SELECT state, work_id FROM payer_work_matches WHERE payer_work_id = ? "
        "ORDER BY payer_work_match_id DESC LIMIT 2",
        (payer_work_id,),
    ).fetchall()
    if not rows:
        return None
    if len(rows) == 1:
        return PayerWorkState.UNMATCHED, None
    return PayerWorkState(rows[1]["state"]), rows[1]["work_id"]


def by_id(connection: Connection, payer_work_id: int) -> PayerWork:
    """Return one name without its amounts. Raises UsageProblem."""
    row = connection.execute(f"{_ROWS} WHERE payer_work_id = ?", (payer_work_id,)).fetchone()
    if row is None:
        raise UsageProblem(
            f"No payer's name for a work has the number {payer_work_id}.",
            advice="`statements unmatched` lists them with their numbers.",
        )
    return _payer_work(row, 0, ())


def name_by_id(connection: Connection, payer_work_id: int, stated: str) -> PayerWorkName:
    """Return what a payer calls a work. stated: its number as it stands on a line."""
    row = connection.execute(
        "SELECT * FROM payer_works WHERE payer_work_id = ?", (payer_work_id,)
    ).fetchone()
    return replace(_name(row), stated=stated)


def everything(
    connection: Connection, *, state: PayerWorkState | None = None, registry: str = ""
) -> list[PayerWork]:
    """Return names with what was earned under them in statements that count, most lines first."""
    amounts: dict[int, list[tuple[str, Decimal, int]]] = {}
    for row in connection.execute(
        "SELECT payer_work_id, currency, decimal_sum(net) AS net, count(*) AS n FROM known_lines "
        "JOIN payer_works AS p USING (payer_work_id) WHERE ?1 = '' OR p.state = ?1 "
        "GROUP BY payer_work_id, currency",
        ("" if state is None else state.value,),
    ):
        amounts.setdefault(row["payer_work_id"], []).append(
            (row["currency"], Decimal(row["net"]), row["n"])
        )
    rows = connection.execute(
        f"{_ROWS} WHERE (?1 = '' OR payer_works.state = ?1) AND (?2 = '' OR registries.name = ?2) "
        "ORDER BY payer_work_id",
        ("" if state is None else state.value, registry),
    )
    found = [
        _payer_work(
            row,
            sum(count for _, _, count in amounts.get(row["payer_work_id"], ())),
            tuple((currency, net) for currency, net, _ in amounts.get(row["payer_work_id"], ())),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: -one.lines)


_ROWS = (
    "SELECT payer_works.*, registries.name AS registry, (SELECT reason FROM payer_work_matches "
    "AS said WHERE said.payer_work_id = payer_works.payer_work_id "
    "ORDER BY payer_work_match_id DESC LIMIT 1) AS reason "
    "FROM payer_works JOIN registries USING (registry_id)"
)


def _set(
    connection: Connection,
    payer_work_id: int,
    state: PayerWorkState,
    work_id: int | None,
    reason: MatchReason,
    now_s: int,
) -> None:
    connection.execute(
        "INSERT INTO payer_work_matches (payer_work_id, state, work_id, reason, decided_s) "
        "VALUES (?, ?, ?, ?, ?)",
        (payer_work_id, state.value, work_id, reason.value, now_s),
    )
    connection.execute(
        "UPDATE payer_works SET state = ?, work_id = ? WHERE payer_work_id = ?",
        (state.value, work_id, payer_work_id),
    )


def _payer_work(row: Row, lines: int, amounts: Iterable[tuple[str, Decimal]]) -> PayerWork:
    reason = row["reason"]
    return PayerWork(
        payer_work_id=row["payer_work_id"],
        registry=row["registry"],
        name=_name(row),
        state=PayerWorkState(row["state"]),
        work_id=row["work_id"],
        reason=MatchReason(reason) if reason else None,
        lines=lines,
        amounts=tuple(amounts),
    )


def _name(row: Row) -> PayerWorkName:
    pairs: Iterator[Any] = iter(json.loads(row["identifiers"]))
    return PayerWorkName(
        row["key"],
        row["title"],
        row["creators"],
        row["claim_number"],
        row["iscc"],
        tuple((scheme, value) for scheme, value in pairs),
    )
