"""Works on their way from the grid to a collection: how the drag carries their numbers."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QMimeData

MIME = "application/x-residuals-works"


def carried(work_ids: Iterable[int]) -> QMimeData:
    """Return what a drag carries."""
    data = QMimeData()
    data.setData(MIME, ",".join(str(one) for one in work_ids).encode())
    return data


def dragged_works(data: QMimeData) -> tuple[int, ...]:
    """Return the works of a drag; empty where it is about something else."""
    if not data.hasFormat(MIME):
        return ()
    text = bytes(data.data(MIME).data()).decode("ascii", "replace")
    return tuple(int(one) for one in text.split(",") if one.isdecimal() and one.isascii())
