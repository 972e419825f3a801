"""How long an export takes, in every format, from a library of many statement lines.

Run from the checkout: python -m tests.benchmarks.bench_exports [--lines 100000]
The peers in the same run: csv.writer and xlsxwriter alone on rows that are in memory already, and
hledger and Beancount reading what was written.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

from desktop.flows.exporting import export_payments, export_tax
from desktop.flows.reconciling import match_open
from desktop.model.exports import ExportFormat, ExportTable, ExportWish
from desktop.model.money import Money
from desktop.model.payments import BankEntry, Period, Remittance
from desktop.services import Services
from desktop.store import bank, registries, remittances, statements
from tests.payments.making import line, statement
from tests.studio import open_studio

MONTHS = 100


def fill(services: Services, count: int) -> None:
    """Keep that many lines on statements of one payer, a month each, all paid."""
    each = count // MONTHS
    with services.store.write() as tx:
        payer = registries.add(tx, "Painters Registry", "open_claims", "https://x.example")
        file_id = bank.keep_file(tx, "bank.csv", b"bank", 1)
        for month in range(MONTHS):
            start = date(2018 + month // 12, month % 12 + 1, 1)
            end = date(start.year + start.month // 12, start.month % 12 + 1, 1)
            nets = [Decimal(number % 977 + 1) / 1000 for number in range(each)]
            made = statement(nets, [Decimal("1.50")])
            period = Period(start=start, end=end)
            lines = tuple(
                line(number, net, period=period, use=("training", "output")[number % 2],
                     title=f"Picture {number % 4000}", licensee=f"Lumen {number % 40}",
                     territory=("DE", "PT", "US")[number % 3])
                for number, net in enumerate(nets)
            )  # fmt: skip
            made = replace(
                made, number=f"S-{month:04}", period=period, issued=end, due=end, lines=lines,
                document=f"document {month}".encode(),
            )  # fmt: skip
            statements.keep(tx, payer.registry_id, made, 1)
            amount = Money.exactly(made.payable, "EUR")
            remittances.keep(
                tx,
                payer.registry_id,
                Remittance(
                    external_id=f"REMITTANCE-{month:04}",
                    issued=end,
                    amount=amount,
                    reference=f"REFERENCE{month:04}",
                    channel="iban",
                    statements=((made.number, 1, amount),),
                    document=f"remittance {month}".encode(),
                ),
                1,
            )
            entry = BankEntry(
                account="DE89370400440532013000",
                bank_reference=f"B-{month}",
                booked_on=end,
                amount=amount,
                counterparty="Painters Registry",
                reference=f"REFERENCE{month:04}",
                end_to_end_id=f"REMITTANCE-{month:04}",
            )
            bank.keep_entry(tx, file_id, entry, 1)
    assert match_open(services) == MONTHS


def timed(name: str, work: Callable[[], object]) -> None:
    """Run work and say how long it took."""
    start = time.perf_counter()
    work()
    took = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{name:<44} {took:>8.2f} s   peak {memory:,} MB")


def main() -> None:
    """Fill a library, write every format, then let the peers do their part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    count = parser.parse_args().lines
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with open_studio(folder / "library") as services:
            timed(f"(filling the library with {count:,} lines)", lambda: fill(services, count))
            ours(services, folder)
        peers(folder)


def ours(services: Services, folder: Path) -> None:
    """Write every format."""
    for kind in ExportFormat:
        if kind is ExportFormat.TEXT:
            continue
        wish = ExportWish(format=kind, table=ExportTable.LINES)
        out = folder / f"out.{kind.value}"
        write = partial(export_payments, out, wish, services)
        timed(f"export payments {kind.value}", write)
        print(f"{'':<44} {out.stat().st_size:>8,} bytes")
    timed(
        "export tax pdf",
        lambda: export_tax(folder / "tax.pdf", 2025, ExportFormat.PDF, services),
    )


def peers(folder: Path) -> None:
    """Do the bare minimum with the same rows, and read what was written."""
    import xlsxwriter
    from beancount import loader

    with (folder / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    timed(
        "peer: csv.writer alone, rows in memory", lambda: csv.writer(io.StringIO()).writerows(rows)
    )

    def workbook() -> None:
        book = xlsxwriter.Workbook(str(folder / "peer.xlsx"), {"constant_memory": True})
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for at, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, at, cell)
        book.close()

    timed("peer: xlsxwriter alone, rows in memory", workbook)
    timed("peer: Beancount reads ours", lambda: loader.load_file(str(folder / "out.beancount")))
    if shutil.which("hledger"):
        command = ["hledger", "-f", f"journal:{folder / 'out.hledger'}", "check", "--strict"]
        timed("peer: hledger checks ours", lambda: subprocess.run(command, check=True))


if __name__ == "__main__":
    main()
