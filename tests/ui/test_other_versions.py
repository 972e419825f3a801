"""Other versions of the selected work, and the warning before content is claimed twice."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.flows.claiming import prepare
from desktop.flows.identifying import create_identity
from desktop.flows.syncing import add_registry
from desktop.services import Services
from desktop.ui.dialogs import TWINS_SHOWN, ClaimDialog
from desktop.ui.other_versions import SHOWN
from desktop.ui.sidebar import Place
from desktop.ui.window import MainWindow
from tests.flows.alike import add, picture
from tests.studio import REGISTRY, queue

CAPTION = "Other versions"


def texts(widget: QWidget) -> list[str]:
    """Return what the labels say that can be seen."""
    return [
        one.accessibleName() or one.text()
        for one in widget.findChildren(QLabel)
        if not one.isHidden()
    ]


def select(window: MainWindow, work_id: int) -> None:
    """Show the works and select one."""
    window.works.refresh()
    window.works.select_work(work_id)


def test_other_versions_are_named_and_lead_to_their_works(
    qtbot: QtBot, window: MainWindow, library: Services
) -> None:
    first, web, alone = add(
        library, picture("harbour"), picture("web", like="harbour", bits=8), picture("alone")
    )
    select(window, first)
    details = window.works.details
    qtbot.waitUntil(lambda: CAPTION in texts(details))
    assert {"web", "Another version"} <= set(texts(details))
    show = next(
        one
        for one in details.findChildren(QPushButton)
        if one.accessibleName() == "Show web, another version"
    )
    show.click()
    assert window.works.selected() == (web,)
    qtbot.waitUntil(lambda: "harbour" in texts(details))
    window.works.select_work(alone)
    assert details._lookup.busy
    qtbot.waitUntil(lambda: not details._lookup.busy)
    assert CAPTION not in texts(details)


def test_many_are_counted_and_not_all_listed(
    qtbot: QtBot, window: MainWindow, library: Services
) -> None:
    first, *_ = add(
        library,
        picture("harbour"),
        *[picture(f"shot {n}", like="harbour", bits=n) for n in range(1, SHOWN + 4)],
    )
    select(window, first)
    qtbot.waitUntil(lambda: "and 3 more" in texts(window.works.details))


def test_a_work_that_is_filtered_out_is_shown_all_the_same(
    qtbot: QtBot, window: MainWindow, library: Services
) -> None:
    first, web = add(library, picture("harbour"), picture("web", like="harbour", bits=8))
    select(window, first)
    assert window.works.head.search is not None
    window.works.head.search.setText("harbour")
    qtbot.waitUntil(lambda: window.works.model.rowCount() == 1)
    window.works.show_work(web)
    assert window.works.details.work_ids == (web,)
    assert window.works.selected() == ()
    qtbot.waitUntil(lambda: "web" in texts(window.works.details))


def test_looking_stops_when_nobody_sees_it_and_goes_on_later(
    qtbot: QtBot, window: MainWindow, library: Services
) -> None:
    first, _ = add(library, picture("harbour"), picture("web", like="harbour", bits=8))
    select(window, first)
    window.go(Place.CLAIMS)
    assert CAPTION not in texts(window.works.details)
    window.go(Place.WORKS)
    qtbot.waitUntil(lambda: CAPTION in texts(window.works.details))


def test_the_preview_warns_of_content_claimed_twice(
    qtbot: QtBot, window: MainWindow, library: Services
) -> None:
    create_identity("Ana Sousa", library)
    add_registry(REGISTRY, "http://127.0.0.1:9", library)
    ids = add(
        library,
        picture("harbour"),
        picture("web", like="harbour", bits=8),
        picture("print", like="harbour"),
        picture("alone"),
    )
    queue(library, ids[:1])
    dialog = ClaimDialog(prepare(ids[1:], REGISTRY, library), REGISTRY)
    qtbot.addWidget(dialog)
    dialog.show()
    said = texts(dialog)
    assert said.count("Claimed twice?") == 2
    assert (
        "“web” looks like another version of “harbour”, which is claimed already (and 1 more)."
        in said
    )
    assert "“print” has the same content as “harbour”, which is claimed already." in said
    assert dialog.yes.isEnabled()


def test_many_warnings_leave_room_for_what_will_be_sent(
    qtbot: QtBot, window: MainWindow, library: Services
) -> None:
    create_identity("Ana Sousa", library)
    add_registry(REGISTRY, "http://127.0.0.1:9", library)
    ids = add(library, *[picture(f"a{n}", like="x", bits=n) for n in range(TWINS_SHOWN + 3)])
    dialog = ClaimDialog(prepare(ids, REGISTRY, library), REGISTRY)
    qtbot.addWidget(dialog)
    dialog.show()
    said = texts(dialog)
    assert said.count("Claimed twice?") == TWINS_SHOWN
    assert "and 2 more works like that" in said
