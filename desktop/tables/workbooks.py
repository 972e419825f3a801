"""Read the rows of XLSX, ODS and XLS files; one that would fill the memory is refused unopened."""

from __future__ import annotations

import contextlib
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from desktop.errors import TableProblem
from desktop.tables.reading import cell_text

MAX_UNPACKED_BYTES = 400 * 1024**2
MAX_PACKED_BYTES = 100 * 1024**2
MAX_RATIO = 200
MAX_CELLS = 40_000_000
_SHEET = re.compile(r"worksheets/[^/]*\.xml$", re.I)
_FEW_ROWS, _FEW_COLUMNS = 99_999, 26
_FAR_DOWN = re.compile(rb"\br=[\"'][A-Z]{1,3}([0-9]{6,10})[\"']")
_FAR_RIGHT = re.compile(rb"\br=[\"']([A-Z]{2,5})[0-9]")
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"


def is_workbook(start: bytes) -> bool:
    """Whether a file's first bytes are those of a workbook."""
    return start.startswith((_ZIP, _OLE))


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets, as they are ordered. Raises TableProblem."""
    _refuse_bombs_in(path)
    with _readable():
        from python_calamine import CalamineWorkbook

        return list(CalamineWorkbook.from_path(str(path)).sheet_names)


def workbook_rows(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (row, cells) of a sheet. Raises TableProblem."""
    _refuse_bombs_in(path)
    with _readable():
        from python_calamine import CalamineWorkbook

        book = CalamineWorkbook.from_path(str(path))
        cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    yield from _texts(cells)


@contextlib.contextmanager
def _readable() -> Iterator[None]:
    from python_calamine import CalamineError

    try:
        yield
    except (CalamineError, OSError, ValueError) as error:
        raise TableProblem(
            "This spreadsheet cannot be read; it is damaged or has a password.",
            advice="Open it in its own program and save it as CSV or XLSX.",
        ) from error


def _texts(cells: Sequence[Sequence[Any]]) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(cells, start=1):
        texts = [cell_text(cell) for cell in row]
        if any(texts):
            yield number, texts


def _refuse_far_cells(archive: zipfile.ZipFile) -> None:
    """Look for the last row and column of each sheet: all in between are held while it is read."""
    for part in archive.infolist():
        if not _SHEET.search(part.filename):
            continue
        rows, columns, rest = _FEW_ROWS, _FEW_COLUMNS, b""
        with archive.open(part) as sheet:
            while chunk := sheet.read(1 << 20):
                text = rest + chunk
                rows = max(rows, *map(int, _FAR_DOWN.findall(text)), 0)
                columns = max(columns, *map(_column, set(_FAR_RIGHT.findall(text))), 0)
                rest = text[-24:]
        if rows * columns > MAX_CELLS:
            raise TableProblem(
                f"A sheet of this spreadsheet has {rows:,} rows and {columns:,} columns, which is "
                "too much.",
                advice="Take out what stands far below or beside the table, or save it as CSV.",
            )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _refuse_bombs_in(path: Path) -> None:
    try:
        with path.open("rb") as file:
            refuse_bombs(file, path.stat().st_size)
    except OSError as error:
        raise _damaged() from error


def refuse_bombs(file: BinaryIO, packed: int) -> None:
    """Look at the sizes that a zip names for its parts before anything unpacks it.

    packed: the size of the file. Raises TableProblem.
    """
    if not file.read(4).startswith(_ZIP):
        return
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
            if unpacked <= MAX_UNPACKED_BYTES:
                _refuse_far_cells(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _damaged() from error
    too_dense = unpacked > 50 * 1024**2 and unpacked > MAX_RATIO * packed
    if unpacked > MAX_UNPACKED_BYTES or packed > MAX_PACKED_BYTES or too_dense:
        raise TableProblem(
            f"This spreadsheet would unpack to {unpacked / 1e6:,.0f} MB, which is too much.",
            advice="Save it as CSV in its own program, then try again.",
        )


def _damaged() -> TableProblem:
    return TableProblem(
        "This spreadsheet cannot be read; it is damaged or has a password.",
        advice="Open it in its own program and save it again.",
    )
