"""From a statement down to the bytes it came in, whatever kind of file that was."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from desktop.errors import UsageProblem
from desktop.flows.ledger import open_books
from desktop.flows.originals import look_at_original, save_original
from desktop.flows.stating import import_statements
from desktop.model.line_columns import Dimension
from desktop.services import Services
from tests.flows.payer_files import DISTROKID, write_all

pytestmark = pytest.mark.usefixtures("cheap_keys")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1252"])
def test_the_file_of_a_line_is_read_and_saved_as_it_came(
    studio: Services, tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "distrokid.csv"
    path.write_bytes(DISTROKID.encode(encoding))
    import_statements(path, studio)
    ledger = open_books(studio).ledger
    number = ledger.page().line(0).statement_id
    original = look_at_original(number, studio)
    assert (original.text, original.whole) == (DISTROKID, True)
    assert (original.name, original.sha256) == (
        "distrokid.csv", hashlib.sha256(path.read_bytes()).hexdigest(),
    )  # fmt: skip
    assert look_at_original(number, studio, 0).row == 2  # below the headings
    saved = tmp_path / "saved.csv"
    assert save_original(number, saved, studio) == saved.stat().st_size
    assert saved.read_bytes() == path.read_bytes()
    with pytest.raises(UsageProblem, match="cannot be written"):
        save_original(number, tmp_path / "nowhere" / "saved.csv", studio)
    with pytest.raises(UsageProblem, match="no statement 99"):
        look_at_original(99, studio)


def test_lines_of_files_add_up_by_payer(studio: Services, tmp_path: Path) -> None:
    for path in write_all(tmp_path / "files"):
        import_statements(path, studio, payer="Somebody" if path.name[:3] in ("dsr", "roy") else "")
    books = open_books(studio)
    totals = books.ledger.totals(Dimension.REGISTRY)
    by_statement = books.ledger.totals(Dimension.STATEMENT)
    assert {total.label for total in totals} == {p.registry for p in books.payments}
    assert totals.in_all() == by_statement.in_all()
    assert sum(total.lines for total in totals) == len(books.ledger.page())
