"""Files kept with payments, bank entries and payouts: taken in, shown, handed out, taken away.

A file is never run. What is opened is a copy that nobody can write to, under a name of ours, and
only of kinds that programs show.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path, PurePath
from typing import BinaryIO

from desktop.errors import UsageProblem
from desktop.flows.whole_files import write_whole
from desktop.model.attachments import AttachedFile, AttachedTo
from desktop.portfolio.mediatype import HEADER_BYTES, UNKNOWN, guess
from desktop.services import Services
from desktop.store import attached_files, journal

MAX_BYTES = 64 * 1024 * 1024
MAX_NAME = 200
# What a program shows and does not run, and the ending that opens it there.
SHOWN = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/tiff": ".tif",
    "text/plain": ".txt",
    "text/csv": ".csv.txt",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "video/mp4": ".mp4",
}


def attach(
    path: Path,
    to: AttachedTo,
    number: int,
    services: Services,
    *,
    note: str = "",
    dated: str = "",
) -> AttachedFile:
    """Keep a copy of a file with a payment, bank entry or payout; the same again adds nothing.

    Raises UsageProblem: not there, empty, larger than 64 MB, or a date that is none.
    """
    data = _read(path)
    name = path.name.encode("utf-8", "replace").decode()[:MAX_NAME]
    file = AttachedFile(
        attached_id=0,
        to=to,
        number=number,
        name=name,
        mediatype=media_type(data, name),
        size_bytes=len(data),
        sha256="",
        kept_s=0,
        dated=_day(dated),
        note=note.strip(),
    )
    now_s = services.now_s()
    with services.store.write() as tx:
        kept = attached_files.add(tx, file, data, now_s)
        detail = {"attached": kept.attached_id, "bytes": kept.size_bytes, "to": to.value}
        journal.add(tx, now_s, "file.attached", str(number), detail)
    return kept


def attached(
    services: Services, to: AttachedTo | None = None, number: int = 0, *, all_: bool = False
) -> list[AttachedFile]:
    """Return the files kept with something, or every file; all_: also those taken away."""
    with services.store.read() as connection:
        if to is None:
            return attached_files.everything(connection, all_=all_)
        return attached_files.of(connection, to, number, all_=all_)


def take_away(attached_id: int, services: Services) -> AttachedFile:
    """Show a file no more; its bytes stay in the library and its backups, to be put back."""
    return _mark(attached_id, True, services)


def put_back(attached_id: int, services: Services) -> AttachedFile:
    """Show a file again that was taken away."""
    return _mark(attached_id, False, services)


def save_as(attached_id: int, target: Path, services: Services, *, force: bool = False) -> int:
    """Write the bytes of a file, as they were attached; returns how many. Raises UsageProblem."""
    with services.store.read() as connection:
        file = attached_files.by_id(connection, attached_id)
        data = attached_files.data_of(connection, file.sha256)

    def write(out: BinaryIO) -> object:
        return out.write(data)

    return write_whole(target, write, force=force)


def can_be_shown(file: AttachedFile) -> bool:
    """Whether a program may be asked to show it: others are only saved."""
    return file.mediatype in SHOWN


def copy_to_look_at(attached_id: int, folder: Path, services: Services) -> Path:
    """Write a copy that cannot be changed into a folder of ours. Raises UsageProblem.

    Its ending is that of what it is, whatever it was called: a program may be called a picture.
    """
    with services.store.read() as connection:
        file = attached_files.by_id(connection, attached_id)
    if not can_be_shown(file):
        raise UsageProblem(
            f"{file.name} is not shown from here: it could be a program.",
            advice="Save it, and open it yourself if you trust it.",
        )
    stem = "".join(char for char in PurePath(file.name).stem if char.isalnum() or char in " -_")
    target = folder / f"{attached_id}-{stem[:60].strip() or 'file'}{SHOWN[file.mediatype]}"
    if not target.exists():
        save_as(attached_id, target, services)
        target.chmod(0o400)
    return target


def media_type(data: bytes, name: str) -> str:
    """Return what the bytes are; the name decides only between kinds of text."""
    found = guess(data[:HEADER_BYTES], "")[0].mediatype
    if found not in (UNKNOWN, "text/plain"):
        return found
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return UNKNOWN
    if "\0" in text:
        return UNKNOWN
    return "text/csv" if PurePath(name).suffix.lower() in (".csv", ".tsv") else "text/plain"


def _mark(attached_id: int, taken_away: bool, services: Services) -> AttachedFile:
    now_s = services.now_s()
    with services.store.write() as tx:
        file = attached_files.by_id(tx, attached_id)
        if file.taken_away is not taken_away:
            attached_files.mark(tx, attached_id, taken_away, now_s)
            action = "file.taken_away" if taken_away else "file.put_back"
            journal.add(tx, now_s, action, str(attached_id), {"to": file.to.value})
        return attached_files.by_id(tx, attached_id)


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise UsageProblem(f"{path.name} is not a file.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageProblem(f"{path.name} cannot be read: {error.strerror}.") from error
    if not data:
        raise UsageProblem(f"{path.name} is empty, so there is nothing to keep.")
    if len(data) > MAX_BYTES:
        raise UsageProblem(
            f"{path.name} is larger than 64 MB.", advice="Keep a smaller copy of what matters."
        )
    return data


def _day(text: str) -> str:
    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageProblem(
            f"{text[:40]!r} is not a day.", advice="Write it as 2026-03-31."
        ) from error
