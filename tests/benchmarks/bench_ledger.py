"""The ledger at a million lines: opening, memory, every filter and group-by, beside plain SQL.

    python -m tests.benchmarks.bench_ledger [--lines 1000000] [--folder DIR]

The same sums are made by SQLite's own GROUP BY over the same library in the same run, with floats
(sum) and exactly (decimal_sum). With --folder the library stays, and is used again.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from desktop.flows.ledger import Books, open_books
from desktop.flows.reconciling import list_payments
from desktop.model.ledger import LineFilter
from desktop.model.line_columns import Dimension
from desktop.model.payments import Period, StatementLine
from desktop.services import Services
from desktop.store import registries, statement_lines, statements
from tests.payments.making import line, statement
from tests.studio import open_studio

STATEMENT_LINES = 5_000
LIMIT_MS = 200
REPEATS = 5
SQL_NAMES = {
    Dimension.WORK: "coalesce(work_id, -payer_work_id)",
    Dimension.REGISTRY: "statement_id / 50",
    Dimension.MONTH: "substr(period_start, 1, 7)",
    Dimension.LICENSEE: "licensee",
    Dimension.MODEL: "model",
    Dimension.USE: "use",
    Dimension.TERRITORY: "territory",
}
TERRITORIES = ("DE", "FR", "JP", "US", "BR", "SE", "GB", "IN", "ZA", "PL")
USES = ("training", "output", "output", "fetch")


def main() -> None:
    """Make the library, measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = arguments.folder or Path(name) / "library"
        with open_studio(folder) as services:
            fill(services, arguments.lines)
            measure(services)


def fill(services: Services, lines: int) -> None:
    """Keep statements of 5,000 lines each, until there are so many lines."""
    with services.store.read() as connection:
        (there,) = connection.execute("SELECT count(*) FROM statement_lines").fetchone()
    started = time.perf_counter()
    for number in range(there // STATEMENT_LINES, lines // STATEMENT_LINES):
        month = date(2021 + number // 12 % 5, number % 12 + 1, 1)
        end = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        made = dataclasses.replace(
            statement([]), number=f"S-{number}", period=Period(start=month, end=end)
        )
        with services.store.write() as tx:
            payer = registries.payer_named(tx, f"Payer {number // 50}").registry_id
            head = statements.keep_head(tx, payer, made, services.now_s())
            made_lines = some_lines(number, made.period)
            statement_lines.keep(tx, payer, head, made_lines, services.now_s())
    if time.perf_counter() - started > 1:
        print(f"made {lines:,} lines in {time.perf_counter() - started:.0f} s")


def some_lines(seed: int, period: Period) -> Iterator[StatementLine]:
    """Yield lines of 20,000 works, 40 licensees, 120 models and three currencies."""
    chance = random.Random(seed)
    for number in range(STATEMENT_LINES):
        work, model = chance.randrange(20_000), chance.randrange(120)
        yield line(
            number,
            Decimal(chance.randrange(-(10**6), 10**8)).scaleb(-chance.choice((2, 4, 8))),
            title=f"Picture {work}",
            licensee=f"Licensee {model // 3}",
            model=f"Model {model}",
            use=chance.choice(USES),
            territory=chance.choice(TERRITORIES),
            period=period,
            currency=chance.choice(("EUR", "EUR", "USD", "JPY")),
        )


def measure(services: Services) -> None:
    """Print what each question takes."""
    books = opened(services)
    ledger = books.ledger
    print(f"\n{'question':44} {'ms':>8} {'SQL sum':>9} {'ratio':>7}   exact SQL")
    worst = 0.0
    for by, name in SQL_NAMES.items():
        ms = best_ms(partial(ledger.totals, by))
        floats = sql_ms(services, name, "sum(CAST(net AS REAL))")
        exact = sql_ms(services, name, "decimal_sum(net)") if by is Dimension.LICENSEE else None
        more = f"{exact:9.0f} ms" if exact else ""
        print(f"all lines by {by.value:31} {ms:8.1f} {floats:9.0f} {floats / ms:6.0f}×   {more}")
        worst = max(worst, ms)
    for label, wanted in filters(books).items():
        rows_ms = best_ms(partial(ledger.rows, wanted))
        rows = ledger.rows(wanted)
        page_ms = best_ms(partial(ledger.page, rows))
        found = len(ledger.page(rows))
        print(f"filter: {label:36} {rows_ms:8.1f}   {found:,} lines; running totals {page_ms:.1f}")
        for by in (Dimension.WORK, Dimension.MONTH):
            ms = best_ms(partial(ledger.totals, by, rows))
            print(f"    … by {by.value:39} {ms:8.1f}")
            worst = max(worst, rows_ms + ms)
        worst = max(worst, rows_ms + page_ms)
    page = ledger.page().newest_first()
    start = time.perf_counter()
    for index in range(0, len(page), max(1, len(page) // 10_000)):
        page.line(index)
    print(f"one line for the table {(time.perf_counter() - start) / 1e4 * 1e6:29.1f} µs")
    print(f"largest first {best_ms(page.largest_first):39.1f}")
    print(f"\nworst filter with its view: {worst:.0f} ms (at most {LIMIT_MS})")


def opened(services: Services) -> Books:
    """Open the ledger from rows and from its cache; print how long each takes."""
    cache = services.library / "cache" / "ledger" / "lines.bin"
    cache.unlink(missing_ok=True)
    before = peak_mb()
    books: Books
    taken, books = timed(partial(open_books, services))
    print(f"{books.ledger.columns.count:,} lines; opened from rows in {taken:.1f} s")
    print(f"peak memory before and after: {before:.0f} MB, {peak_mb():.0f} MB")
    taken, books = timed(partial(open_books, services))
    size = cache.stat().st_size / 1e6
    print(f"opened from its cache ({size:.0f} MB) in {taken * 1e3:.0f} ms")
    taken, _ = timed(partial(list_payments, services))
    print(f"    of which the list of payments {taken * 1e3:.0f} ms")
    taken, _ = timed(partial(open_books, services, books))
    print(f"brought up to date with nothing new in {taken * 1e3:.0f} ms")
    return books


def timed(do: Callable[[], Any]) -> tuple[float, Any]:
    """Return how long something took, in seconds, and what came of it."""
    start = time.perf_counter()
    made = do()
    return time.perf_counter() - start, made


def filters(books: Books) -> dict[str, LineFilter]:
    """Return what is asked for."""
    number = next(iter(books.ledger.statements))
    half = LineFilter(where={Dimension.CURRENCY: ("EUR",), Dimension.USE: ("output",)})
    return {
        "nothing": LineFilter(),
        "one licensee": LineFilter(where={Dimension.LICENSEE: ("Licensee 7",)}),
        "output in EUR": half,
        "2023 to 2024": LineFilter(start=date(2023, 1, 1), end=date(2025, 1, 1)),
        "one statement": LineFilter(where={Dimension.STATEMENT: (str(number),)}),
        "text “picture 12”": LineFilter(text="picture 12"),
        "text “licensee 1”, output, EUR": dataclasses.replace(half, text="licensee 1"),
    }


def best_ms(do: Callable[[], Any]) -> float:
    """Return the best of a few times, in milliseconds."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        do()
        times.append(time.perf_counter() - start)
    return min(times) * 1e3


def sql_ms(services: Services, name: str, total: str) -> float:
    """Return how long SQLite takes for the same sums."""
    with services.store.read() as connection:
        start = time.perf_counter()
        connection.execute(
            f"SELECT {name} AS key, currency, {total}, count(*) FROM known_lines GROUP BY 1, 2"
        ).fetchall()
        return (time.perf_counter() - start) * 1e3


def peak_mb() -> float:
    """Return the most memory this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
