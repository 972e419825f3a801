"""From a real file to what the library says of its work: nothing is lost, nothing is imposed."""

from __future__ import annotations

import shutil
from pathlib import Path

from desktop.flows.importing import import_paths
from desktop.flows.suggesting import accept_suggestions, said_by_file
from desktop.model.progress import never, silent
from desktop.model.suggestions import Credit, Vocabulary
from desktop.model.works import Creator
from desktop.services import Services
from desktop.store import works
from tests.portfolio.tags.reading import said


def test_what_files_say_is_kept_and_only_their_titles_are_used(
    studio: Services, tmp_path: Path
) -> None:
    folder = tmp_path / "portfolio"
    folder.mkdir()
    for name in ("iptc.jpg", "tagged.mp3", "tdm.pdf", "manifest.mp4"):
        shutil.copy(said(name), folder / name)
    import_paths([folder], studio, silent, never)
    found = {}
    for name in ("iptc.jpg", "tagged.mp3", "tdm.pdf", "manifest.mp4"):
        with studio.store.read() as connection:
            work_id = works.by_path(connection, folder / name)
        assert work_id is not None
        found[name] = said_by_file(work_id, studio)

    picture = found["iptc.jpg"]
    assert picture.work.title == "Harbour at dawn"
    assert (picture.work.creators, picture.work.created, picture.work.identifiers) == ((), "", ())
    assert picture.suggestions.creators == (Credit(name="Ana Sousa"), Credit(name="Bo Lind"))
    assert {one.vocabulary for one in picture.suggestions.ai_use} == {
        Vocabulary.IPTC,
        Vocabulary.RIGHTS,
    }
    assert found["tagged.mp3"].suggestions.identifiers[0] == ("isrc", "USS1Z9900001")
    assert found["tdm.pdf"].suggestions.language == "pt"
    assert len(found["manifest.mp4"].suggestions.ai_use) == 5

    assert accept_suggestions([one.work.work_id for one in found.values()], studio) == 3
    with studio.store.read() as connection:
        sound = works.get(connection, found["tagged.mp3"].work.work_id)
    assert sound.creators[0] == Creator(name="Ivo Lindqvist", role="composer")
