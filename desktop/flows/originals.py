"""The document that a statement came in, byte for byte as it was: to look at, and to save."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.flows.whole_files import write_whole
from desktop.services import Services
from desktop.store import bank
from desktop.store import ledger as ledger_store

LOOKED_AT_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A document's beginning; text: as it can be read, None where it is no text.

    row, named: where a line that was asked for stands: its row, or the number it has there.
    """

    name: str
    sha256: str
    size_bytes: int
    text: str | None
    whole: bool
    row: int | None = None
    named: str = ""


def look_at_original(
    statement_id: int, services: Services, position: int | None = None
) -> Original:
    """Return the document of a statement, of a large one the beginning. Raises UsageProblem.

    position: of the line in the statement that is to be found in it.
    """
    head, size = b"", 0
    with services.store.read() as connection:
        name, sha256, parts = ledger_store.original_of(connection, statement_id)
        for part in parts:
            size += len(part)
            head += part[: LOOKED_AT_BYTES - len(head)]
        line = None
        if position is not None:
            line = ledger_store.line_at(connection, statement_id, position)
    return Original(
        name=name or f"statement-{statement_id}.json",
        sha256=sha256,
        size_bytes=size,
        text=_text(head, cut=size > len(head)),
        whole=size == len(head),
        row=line.source_line if line else None,
        named=line.external_id if line else "",
    )


def save_original(statement_id: int, path: Path, services: Services, *, force: bool = True) -> int:
    """Write the document of a statement to a file, whole or not at all; returns its size.

    force: replace what has the name. Raises UsageProblem.
    """
    with services.store.read() as connection:
        _, _, parts = ledger_store.original_of(connection, statement_id)
        return write_whole(path, lambda file: file.writelines(parts), force=force)


def save_bank_file(entry_id: int, path: Path, services: Services, *, force: bool = True) -> int:
    """Write the bank file that an entry was read from, as it came. Raises UsageProblem."""
    with services.store.read() as connection:
        document = bank.document_of(connection, entry_id)
    return write_whole(path, lambda file: file.write(document), force=force)


def _text(data: bytes, *, cut: bool) -> str | None:
    """Return bytes as text if they are text in one of the encodings that statements come in."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in data:
        return None
    else:
        encodings = ["utf-8-sig", "windows-1252"]
    for encoding in encodings:
        for end in range(4 if cut else 1):  # a letter may have been cut in two
            try:
                return data[: len(data) - end].decode(encoding)
            except UnicodeDecodeError:
                continue
    return None
