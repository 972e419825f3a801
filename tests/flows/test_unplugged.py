"""A drive that goes away in the middle of a scan costs nothing that was known."""

from __future__ import annotations

from pathlib import Path

from desktop.flows.importing import FileReport, import_paths
from desktop.model.works import FileState
from desktop.services import Services
from desktop.store import shelf, works


def test_works_survive_a_drive_unplugged_mid_scan(studio: Services, tmp_path: Path) -> None:
    """No work is dropped and no file called missing; back again, all is as it was."""
    drive = tmp_path / "drive"
    drive.mkdir()
    for number in range(30):
        (drive / f"{number:02d}.txt").write_text(f"Poem number {number}. " * 30)
    import_paths([drive], studio)
    with studio.store.read() as connection:
        known = shelf.ids(connection)
    for number in range(30):  # so that every file must be read again
        (drive / f"{number:02d}.txt").write_text(f"Poem number {number}, again. " * 30)
    away = tmp_path / "away"

    def unplug(_report: FileReport) -> None:
        if drive.exists():
            drive.rename(away)

    imported = import_paths([drive], studio, each=unplug)
    assert away.exists()
    assert imported.missing == 0
    with studio.store.read() as connection:
        assert shelf.ids(connection) == known
        for work_id in known:
            states = {file.state for file in works.get(connection, work_id).files}
            assert FileState.MISSING not in states
    away.rename(drive)
    again = import_paths([drive], studio)
    assert sum(again.counts.values()) == 30
    with studio.store.read() as connection:
        assert shelf.ids(connection) == known
