"""A form in the window: added, claimed for, its folder made, sent and answered as the user says."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop.flows.form_packs import add_form, form_of
from desktop.flows.recording import Answer
from desktop.model.claims import ClaimState
from desktop.model.forms import SubmissionState
from desktop.services import Services
from desktop.store import forms, registries
from desktop.ui.changes import Change
from desktop.ui.dialogs import ClaimDialog, RegistryDialog
from desktop.ui.form_actions import free_name
from desktop.ui.form_dialogs import AnswerDialog, DeadlineDialog, MakeDialog, SentDialog
from desktop.ui.form_wizard import EMPTY, FormWizard
from desktop.ui.needs import needs_of
from desktop.ui.people_dialog import PeopleDialog
from desktop.ui.sidebar import Place
from desktop.ui.window import MainWindow
from tests.studio import add_works, queue, rows, settle
from tests.ui.conftest import Answers
from tests.ui.test_hub import WAIT_MS, answer_with, names, texts

NAME = "Settlement"


@pytest.fixture
def case(library: Services) -> Services:
    """A library with an identity, a form with a deadline in 20 days, and two works for it."""
    library.now = lambda: datetime(2026, 12, 1, 12, tzinfo=UTC)
    settle(library)
    add_form(NAME, "works-list", library, {"deadline": "2026-12-21"})
    queue(library, add_works(library, 2), NAME)
    return library


def shown(window: MainWindow) -> str:
    return texts(window.registries) + "\n".join(names(window.registries))


def look(qtbot: QtBot, window: MainWindow) -> None:
    """Go to the registries, and wait until they are drawn."""
    window.changes.tell(Change.EVERYTHING)
    window.go(Place.REGISTRIES)
    qtbot.waitUntil(lambda: "wait" in texts(window.registries), timeout=WAIT_MS)


def seen(qtbot: QtBot, window: MainWindow, text: str) -> None:
    """Wait until something is drawn on the page, or said whole where it is cut."""
    qtbot.waitUntil(
        lambda: text in texts(window.registries) or text in "\n".join(names(window.registries)),
        timeout=WAIT_MS,
    )


def click(qtbot: QtBot, window: MainWindow, start: str) -> None:
    """Press the one button on the page that begins so, once it is drawn."""

    def found() -> list[QPushButton]:
        buttons = window.registries.findChildren(QPushButton)
        return [one for one in buttons if one.text().startswith(start) and one.isVisible()]

    qtbot.waitUntil(lambda: len(found()) == 1, timeout=WAIT_MS)
    found()[0].click()


def put_into(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a, **_k: str(folder))


def open_file(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a, **_k: (str(path), ""))


def submissions(services: Services) -> list[SubmissionState]:
    with services.store.read() as connection:
        return [one.state for one in forms.submissions(connection)]


def add_by_dialog(window: MainWindow, answers: Answers, form: str, name: str = "Case") -> None:
    def fill(dialog: QDialog) -> None:
        assert isinstance(dialog, RegistryDialog)
        assert dialog.url.isVisible()
        dialog.kind.setCurrentIndex(dialog.kind.findData("form_pack"))
        assert not dialog.url.isVisible()
        assert dialog.form.isVisible()
        dialog.form.choose(form)
        dialog.accept()
        assert "Type the name first" in texts(dialog)
        dialog.name.setText(name)
        dialog.accept()

    answers.add(fill)
    window.go(Place.REGISTRIES)
    window.registries.add.click()


def test_a_shipped_form_is_added_from_a_list_that_says_what_each_is_for(
    qtbot: QtBot, window: MainWindow, library: Services, answers: Answers
) -> None:
    add_by_dialog(window, answers, "photographs-group")
    seen(qtbot, window, "Group registration of photographs")
    seen(qtbot, window, "Nothing waits.")
    with library.store.read() as connection:
        assert registries.by_name(connection, "Case").by_hand


def test_the_whole_way_in_the_window(
    qtbot: QtBot,
    window: MainWindow,
    case: Services,
    answers: Answers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    look(qtbot, window)
    assert "20 days left" in shown(window)
    assert "2 works wait, signed, and not in a folder yet." in shown(window)
    assert "2 works wait for Settlement" in needs_of(case)[0].sentence
    put_into(monkeypatch, tmp_path)

    def make(dialog: QDialog) -> None:
        said = texts(dialog)
        assert "How to reach your co-owners" in said
        assert "Title of the work" in said
        dialog.accept()

    answer_with(answers, MakeDialog, make)
    click(qtbot, window, "Make the folder")
    seen(qtbot, window, "Not sent yet")
    out = tmp_path / "Settlement 2026-12-01"
    with (out / "works list.csv").open(newline="", encoding="utf-8-sig") as file:
        assert len(list(csv.reader(file))) == 3
    assert "The folder is made, with 2 works" in window.notice.text()
    assert "All that waits is in the folder below." in shown(window)

    def hand_in(dialog: QDialog) -> None:
        assert isinstance(dialog, SentDialog)
        dialog.day.setText("soon")
        dialog.accept()
        assert "Write the date as" in texts(dialog)
        dialog.day.setText("2026-12-02")
        dialog.number.setText("C-77")
        dialog.accept()

    answer_with(answers, SentDialog, hand_in)
    click(qtbot, window, "Record as sent")
    seen(qtbot, window, "number C-77")
    assert "Sent, you say" in shown(window)

    def reject(dialog: QDialog) -> None:
        assert isinstance(dialog, AnswerDialog)
        dialog.choose(Answer.REJECTED)
        dialog.list.item(0).setCheckState(dialog.list.item(0).checkState().Unchecked)
        dialog.reason.setText("Too late")
        dialog.accept()

    answer_with(answers, AnswerDialog, reject)
    click(qtbot, window, "Record the answer")
    seen(qtbot, window, "1 rejected · 1 not answered")
    answer_with(answers, AnswerDialog)
    click(qtbot, window, "Record the answer")
    seen(qtbot, window, "1 accepted · 1 rejected")
    assert submissions(case) == [SubmissionState.ANSWERED]
    assert [row.state for row in rows(case)] == [ClaimState.ACCEPTED, ClaimState.REJECTED]

    window.go(Place.CLAIMS)
    states = {window.claims.model.index(n, 3).data() for n in range(2)}
    assert states == {"Accepted, you say", "Rejected, you say"}
    window.claims.table.selectRow(0)
    details = window.claims.details
    qtbot.waitUntil(lambda: "C-77, as you typed it" in texts(details), timeout=WAIT_MS)
    assert "Receipt verified" not in texts(details)


def test_what_was_left_out_is_described_and_claimed_again(
    qtbot: QtBot,
    window: MainWindow,
    library: Services,
    answers: Answers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settle(library)
    add_form("Photos", "photographs-group", library)
    queue(library, add_works(library, 1), "Photos")
    put_into(monkeypatch, tmp_path)
    look(qtbot, window)
    answer_with(answers, MakeDialog)
    click(qtbot, window, "Make the folder")
    seen(qtbot, window, "1 work lacks something")
    assert "“Month of publication” is missing for ‘picture 0’" in window.notice.text()
    assert list(tmp_path.glob("Photos*")) == []
    described: list[object] = []
    monkeypatch.setattr(window.form_actions, "describe", described.append)
    window.registries.refresh()
    click(qtbot, window, "Describe")
    assert described == [[1]]
    with library.store.write() as tx:
        tx.execute("UPDATE works SET published = 'yes', published_on = '2026-02'")

    def sign(dialog: QDialog) -> None:
        assert isinstance(dialog, ClaimDialog)
        assert "Nothing leaves this computer." in texts(dialog)
        assert dialog.yes.text() == "Sign and keep"
        dialog.accept()

    answer_with(answers, ClaimDialog, sign)
    click(qtbot, window, "Claim again")
    qtbot.waitUntil(lambda: "Make the folder next" in window.notice.text(), timeout=WAIT_MS)
    answer_with(answers, MakeDialog)
    click(qtbot, window, "Make the folder")
    seen(qtbot, window, "Not sent yet")
    assert "lacks something" not in shown(window)


def test_the_deadline_is_said_and_reminded_of(
    qtbot: QtBot, window: MainWindow, case: Services, answers: Answers
) -> None:
    def later(dialog: QDialog) -> None:
        assert isinstance(dialog, DeadlineDialog)
        assert dialog.day.text() == "2026-12-21"
        dialog.day.setText("2027-06-30")
        dialog.accept()

    look(qtbot, window)
    answer_with(answers, DeadlineDialog, later)
    click(qtbot, window, "Deadline")
    seen(qtbot, window, "211 days left")
    assert [need.word for need in needs_of(case) if need.word == "Form"] == []
    case.now = lambda: datetime(2027, 7, 1, 12, tzinfo=UTC)
    (need,) = [need for need in needs_of(case) if need.word == "Form"]
    assert "Ask there whether a late claim is taken" in need.sentence


def test_a_form_of_a_spreadsheet(
    qtbot: QtBot,
    window: MainWindow,
    library: Services,
    answers: Answers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    template = tmp_path / "their list.csv"
    template.write_text("Work title,Author,Group,Remarks\n")
    open_file(monkeypatch, template)

    def match(dialog: QDialog) -> None:
        assert isinstance(dialog, FormWizard)
        title, author, group, remarks = dialog.columns
        assert [one.holds.currentText() for one in dialog.columns] == [
            "The title",
            "The creators",
            EMPTY,
            EMPTY,
        ]
        author.holds.setCurrentIndex(author.holds.findData("claimant"))
        group.holds.setCurrentIndex(1)
        group.text.setText("7")
        title.required.setChecked(True)
        assert not remarks.text.isVisible()
        dialog.works.setText("many")
        dialog.accept()
        assert "in digits, such as 750" in texts(dialog)
        dialog.works.setText("100")
        dialog.deadline.setText("2027-01-31")
        dialog.steps.setPlainText("Bring it there.\n\nWait.")
        dialog.accept()

    add_by_dialog(window, answers, "template", "Archive")
    answer_with(answers, FormWizard, match)
    seen(qtbot, window, "A form to fill in · Archive")
    with library.store.read() as connection:
        form = form_of(registries.by_name(connection, "Archive"))
    assert [(one.heading, one.always, one.required) for one in form.columns] == [
        ("Work title", "", True),
        ("Author", "", False),
        ("Group", "7", False),
        ("Remarks", "", False),
    ]
    assert (form.sheet.works, form.deadline) == (100, date(2027, 1, 31))
    assert form.steps == ("Bring it there.", "Wait.")


def test_a_broken_form_file_is_said_in_the_dialog(
    qtbot: QtBot,
    window: MainWindow,
    library: Services,
    answers: Answers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "broken.toml").write_text("form = 1\nid = 'x'\ntitel = 'y'\n")
    open_file(monkeypatch, tmp_path / "broken.toml")
    said: list[str] = []

    def again(dialog: QDialog) -> None:
        said.append(texts(dialog))
        dialog.reject()

    add_by_dialog(window, answers, "file")
    answers.add(again)
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT_MS)
    assert "broken.toml: title is missing" in said[0]


def test_what_a_stranger_wrote_is_shown_as_plain_text(
    window: MainWindow, library: Services, tmp_path: Path
) -> None:
    text = (
        'form = 1\nid = "x"\ntitle = "<b>Bold</b><img src=x>"\npurpose = "p"\nkinds = ["image"]\n'
        '[sheet]\nformats = ["csv"]\n[[columns]]\nheading = "<i>T</i>"\nholds = "title"\n'
    )
    (tmp_path / "x.toml").write_text(text)
    add_form("<u>N</u>", str(tmp_path / "x.toml"), library)
    window.changes.tell(Change.REGISTRIES)
    window.go(Place.REGISTRIES)
    assert "<b>Bold</b>" in shown(window)
    rich = [
        item
        for item in window.registries.findChildren(QLabel)
        if item.textFormat().name != "PlainText"
    ]
    assert rich == []


def test_a_new_folder_has_a_name_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "A_B 1").mkdir()
    assert free_name(tmp_path, "A/B 1") == tmp_path / "A_B 1 (2)"


def test_what_the_form_wants_of_people_is_asked_on_its_card(
    qtbot: QtBot, window: MainWindow, case: Services, answers: Answers
) -> None:
    look(qtbot, window)
    answer_with(answers, PeopleDialog, QDialog.reject)
    click(qtbot, window, "People…")
    qtbot.waitUntil(lambda: len(answers.seen) == 1, timeout=WAIT_MS)
