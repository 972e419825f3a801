"""Read rows of a table file of any size, without ever holding its text: CSV, TSV, XLSX, ODS.

Cells are text as it stands; formulas are not run, only what they last showed is read. A row that
cannot be read is told with its line, and the next one is read.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.errors import TableProblem
from desktop.tables.reading import MAX_CELL_CHARACTERS
from desktop.tables.workbooks import is_workbook, sheet_names, workbook_rows

if TYPE_CHECKING:
    import _csv

CHUNK_BYTES = 1 << 20
MAX_FILE_BYTES = 2 * 1024**3
MAX_LINE_BYTES = 8 * CHUNK_BYTES
_SNIFFED_BYTES = 65_536
_DELIMITERS = (",", "\t", ";", "|")
_UTF8_SEQUENCE = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}")
_NOT_WINDOWS = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_DOCUMENTS = (
    (b"%pdf-", "a PDF"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"\x89png", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFile:
    """A file whose bytes were all looked at once. encoding: "" for a workbook.

    zeros: whether there is a zero byte where text should be.
    """

    path: Path
    size_bytes: int
    sha256: str
    encoding: str
    zeros: bool = False


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that is no row: why, and from which line to which. note: nothing is lost by it."""

    line: int
    message: str
    note: bool = False


SourceRow = tuple[int, list[str]]


def look_at(path: Path) -> TableFile:
    """Read a file's bytes once: its SHA-256, and how its text is written.

    Raises TableProblem with the line where the text is in no encoding, or in two.
    """
    digest = hashlib.sha256()
    size, zeros = 0, False
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise _too_large()
        lengths = _LineLengths()
        with path.open("rb") as file:
            start = file.read(_SNIFFED_BYTES)
            _refuse_documents(start)
            guess = "" if is_workbook(start) else _encoding(start)
            check = _Utf8Check() if guess == "utf-8" else None
            chunk = start
            while chunk:
                digest.update(chunk)
                size += len(chunk)
                if size > MAX_FILE_BYTES:
                    raise _too_large()
                if guess:
                    lengths.take(chunk)
                if check is not None:
                    check.take(chunk)
                    zeros = zeros or b"\0" in chunk
                chunk = file.read(CHUNK_BYTES)
    except OSError as error:
        raise TableProblem(f"The file cannot be read: {error.strerror}.") from error
    if size == 0:
        raise TableProblem("This file is empty.")
    encoding = check.encoding() if check is not None else guess
    return TableFile(
        path=path, size_bytes=size, sha256=digest.hexdigest(), encoding=encoding, zeros=zeros
    )


def _refuse_documents(start: bytes) -> None:
    """Say what a file is that is often taken for a table. Raises TableProblem."""
    begin = start[:64].lstrip().lower()
    for mark, what in _DOCUMENTS:
        if begin.startswith(mark):
            raise TableProblem(
                f"This is {what}, not a table.",
                advice="Ask who pays you for the same as CSV or XLSX.",
            )


def _too_large() -> TableProblem:
    return TableProblem("This file is larger than 2 GB.", advice="Split it, then try again.")


class _LineLengths:
    """Refuses a line so long that it is none, before anything has to hold it."""

    def __init__(self) -> None:
        self._line = 1
        self._length = 0

    def take(self, chunk: bytes) -> None:
        """Look at more bytes. Raises TableProblem with the line."""
        ends = chunk.count(b"\n")
        self._line += ends
        last = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        self._length = len(chunk) - last - 1 if last >= 0 else self._length + len(chunk)
        if self._length > MAX_LINE_BYTES:
            raise TableProblem(
                f"Line {self._line} is longer than {MAX_LINE_BYTES >> 20} MB, so this is no table.",
                advice="Ask for the file again.",
            )


def sheets_of(table: TableFile) -> list[str]:
    """Return the names of a workbook's sheets that have any row; [""] for any other file."""
    return [""] if table.encoding else sheet_names(table.path)


def rows_of(
    table: TableFile, *, delimiter: str = "", sheet: str = "", quoted: bool = True
) -> Iterator[SourceRow | RowProblem]:
    """Yield (line, cells) of every row that is not blank, or why a row cannot be read.

    delimiter: of the cells where it is known. sheet: of a workbook. quoted False: quotation marks
    are as any other letter.
    """
    if not table.encoding:
        yield from workbook_rows(table.path, sheet)
        return
    delimiter = delimiter or _delimiter(table)
    csv.field_size_limit(MAX_CELL_CHARACTERS * 4)
    try:
        with table.path.open(encoding=table.encoding, errors="strict", newline="") as text:
            reader = (
                csv.reader(text, delimiter=delimiter, strict=True)
                if quoted
                else csv.reader(text, delimiter=delimiter, strict=True, quoting=csv.QUOTE_NONE)
            )
            rows = _parsed(reader)
            yield from map(_without_zeros, rows) if table.zeros else rows
    except OSError as error:
        raise TableProblem(f"The file cannot be read: {error.strerror}.") from error


def _without_zeros(row: SourceRow | RowProblem) -> SourceRow | RowProblem:
    if isinstance(row, RowProblem) or not any("\0" in cell for cell in row[1]):
        return row
    return RowProblem(row[0], f"Line {row[0]} has a zero byte in it, which is no text.")


def _parsed(reader: _csv.Reader) -> Iterator[SourceRow | RowProblem]:
    line = 1
    while True:
        try:
            for cells in reader:
                if any(cells):
                    yield line, cells
                line = reader.line_num + 1
            return
        except UnicodeDecodeError as error:
            raise TableProblem(
                f"The text of this file is damaged near line {reader.line_num + 1}.",
                advice="Ask for the file again.",
            ) from error
        except csv.Error as error:
            last = reader.line_num
            where = f"Line {line}" if last <= line else f"Lines {line} to {last}"
            yield RowProblem(line, f"{where} cannot be read: {_in_words(error)}.")
            line = last + 1


def _in_words(error: csv.Error) -> str:
    if "field l" in str(error):
        return "a cell is far too long, or a quotation mark is missing"
    if "end of data" in str(error):
        return "a quotation mark is opened and never closed"
    return "a quotation mark is missing or too many"


def _delimiter(table: TableFile) -> str:
    """Return what separates the cells: what most of the first lines have, equally often."""
    with table.path.open(encoding=table.encoding, errors="replace", newline="") as text:
        lines = [line for line in text.read(16_384).splitlines()[:40] if line.strip()]

    def steadiness(mark: str) -> tuple[int, int]:
        counts = [line.count(mark) for line in lines]
        usual = max(set(counts), key=counts.count, default=0)
        return (counts.count(usual) if usual else 0, usual)

    return max(_DELIMITERS, key=steadiness)


def _encoding(start: bytes) -> str:
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return encoding
    even, odd = start[::2].count(0), start[1::2].count(0)
    if odd > len(start) // 8 and odd > 4 * even:
        return "utf-16-le"
    if even > len(start) // 8 and even > 4 * odd:
        return "utf-16-be"
    return "utf-8"


class _Utf8Check:
    """Tells, chunk by chunk, UTF-8 from Windows-1252, and both from a mixture."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines = 0
        self._broken_line = 0
        self._utf8_line = 0
        self._impossible_line = 0

    def take(self, chunk: bytes) -> None:
        """Look at more bytes."""
        data = self._rest + chunk
        cut = data.rfind(b"\n") + 1
        if not cut and len(data) < 16 * CHUNK_BYTES:
            self._rest = data
            return
        cut = cut or len(data)
        whole, self._rest = data[:cut], data[cut:]
        self._look(whole)
        self._lines += whole.count(b"\n")

    def encoding(self) -> str:
        """Return how the text is written. Raises TableProblem with a line."""
        self._look(self._rest)
        if not self._broken_line:
            return "utf-8"
        if self._utf8_line == self._broken_line:
            raise TableProblem(
                f"The text in line {self._broken_line} is in two encodings, or in one that is not "
                "known.",
                advice="Save the file as UTF-8 in the program it came from, then try again.",
            )
        if self._utf8_line:
            raise TableProblem(
                f"The text of this file is in two encodings: UTF-8 in line {self._utf8_line}, "
                f"another in line {self._broken_line}.",
                advice="Ask for the file again, or save it as UTF-8.",
            )
        if self._impossible_line:
            raise TableProblem(
                "The text of this file is in an encoding that is not known; see line "
                f"{self._impossible_line}.",
                advice="Save it as UTF-8 in the program it came from, then try again.",
            )
        return "cp1252"

    def _look(self, data: bytes) -> None:
        if data.isascii():
            return
        try:
            data.decode("utf-8")
            self._utf8_line = self._utf8_line or self._line(data, re.search(rb"[^\0-\x7f]", data))
        except UnicodeDecodeError as error:
            before = data[: error.start]
            self._broken_line = self._broken_line or self._lines + 1 + before.count(b"\n")
            self._utf8_line = self._utf8_line or self._line(data, _UTF8_SEQUENCE.search(data))
            found = _NOT_WINDOWS.search(data)
            self._impossible_line = self._impossible_line or self._line(data, found)

    def _line(self, data: bytes, found: re.Match[bytes] | None) -> int:
        return self._lines + 1 + data.count(b"\n", 0, found.start()) if found else 0
