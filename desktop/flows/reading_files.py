"""What a file says about AI use: a text here, everything else in a confined process of its own."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

from desktop.errors import FileProblem, TermsProblem, UsageProblem
from desktop.flows.reading_terms import IN_FILES, MOST_BYTES, Kind, Reading, detect, read_data
from desktop.model.fingerprints import FoundFile

_TIME_LIMIT_S = 20.0
_MEMORY_LIMIT_BYTES = 1024**3


def read_file(path: Path, kind: Kind | None = None, address: str = "") -> tuple[Reading, ...]:
    """Return what a file says: a text of a site, or what is inside of a picture, sound or document.

    address: only what counts for it. Raises UsageProblem if it cannot be read; TermsProblem if it
    is neither, or not of that kind; FileProblem if reading it took too long or broke down.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        size_bytes = path.stat().st_size
    except OSError as error:
        raise UsageProblem(f"{path.name} cannot be read: {error.strerror}.") from error
    found_kind = kind or _kind_of(data, path.name)
    if found_kind in (None, *IN_FILES):
        readings = _inside(path, size_bytes)
        found = tuple(one for one in readings if kind in (None, one.kind))
        if found:
            return found
        if found_kind in IN_FILES or readings:
            raise TermsProblem(f"{path.name} says nothing about AI there.")
        if _is_binary(data):
            raise TermsProblem(f"{path.name} says nothing about what AI may do.")
    return (read_data(data, kind, path.name, address),)


def read_metadata(data: bytes) -> tuple[Reading, ...]:
    """Return what an XMP packet or a manifest store says. Raises TermsProblem or FileProblem."""
    if len(data) > MOST_BYTES:
        raise TermsProblem("This is too long to say what AI may do.")
    with tempfile.TemporaryDirectory(prefix="residuals-read-") as folder:
        path = Path(folder) / "given"
        path.write_bytes(data)
        found = _inside(path, len(data))
    if not found:
        raise TermsProblem("It says nothing about AI.")
    return found


def _kind_of(data: bytes, name: str) -> Kind | None:
    with suppress(TermsProblem):
        return detect(data, name)
    return None


def _is_binary(data: bytes) -> bool:
    return b"\0" in data[:4096]


def _inside(path: Path, size_bytes: int) -> tuple[Reading, ...]:
    """Read a file in a worker; pools and decoders are imported when one is needed."""
    from desktop.portfolio.pool import WorkerPool
    from desktop.portfolio.tags.declared import declared

    found = FoundFile(path=path.absolute(), size_bytes=size_bytes, mtime_ns=0)
    with WorkerPool(
        declared, jobs=1, time_limit_s=_TIME_LIMIT_S, memory_limit_bytes=_MEMORY_LIMIT_BYTES
    ) as pool:
        result = next(iter(pool.run([found])))
    if isinstance(result, FileProblem):
        raise result
    return tuple(Reading(kind=Kind(where), statements=said) for where, said in result)
