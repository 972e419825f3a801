"""Read the rows of XLSX, ODS and XLS files; one that would fill the memory is refused unopened."""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from desktop.errors import TableProblem
from desktop.tables.reading import cell_text

MAX_UNPACKED_BYTES = 400 * 1024**2
MAX_PACKED_BYTES = 100 * 1024**2
MAX_RATIO = 200
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"


def is_workbook(start: bytes) -> bool:
    """Whether a file's first bytes are those of a workbook."""
    return start.startswith((_ZIP, _OLE))


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets, as they are ordered. Raises TableProblem."""
    _refuse_bombs(path)
    with _readable():
        from python_calamine import CalamineWorkbook

        return list(CalamineWorkbook.from_path(str(path)).sheet_names)


def workbook_rows(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (row, cells) of a sheet. Raises TableProblem."""
    _refuse_bombs(path)
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


def _refuse_bombs(path: Path) -> None:
    """Look at the sizes that a zip names for its parts before anything unpacks it."""
    try:
        packed = path.stat().st_size
        with path.open("rb") as file:
            if not file.read(4).startswith(_ZIP):
                return
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except (OSError, zipfile.BadZipFile) as error:
        raise TableProblem(
            "This spreadsheet cannot be read; it is damaged.",
            advice="Open it in its own program and save it again.",
        ) from error
    too_dense = unpacked > 50 * 1024**2 and unpacked > MAX_RATIO * packed
    if unpacked > MAX_UNPACKED_BYTES or packed > MAX_PACKED_BYTES or too_dense:
        raise TableProblem(
            f"This spreadsheet would unpack to {unpacked / 1e6:,.0f} MB, which is too much.",
            advice="Save it as CSV in its own program, then try again.",
        )
