"""What AI may do is asked in plain words, and shown before it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.flows.collecting import make_collection
from desktop.flows.describing import set_terms
from desktop.flows.terms_changing import apply_change
from desktop.model.terms import Answer, Licensee, Preset, Price, PriceModel, Terms, Use
from desktop.model.terms_changes import Choice
from desktop.model.vocabularies import Target
from desktop.services import Services
from desktop.store import terms as terms_store
from desktop.terms.presets import PRESETS
from desktop.ui.changes import Change
from desktop.ui.needs import needs_of
from desktop.ui.parts import Tone
from desktop.ui.sidebar import Place
from desktop.ui.terms_change import differences
from desktop.ui.terms_dialog import TermsDialog
from desktop.ui.terms_form import TermsForm
from desktop.ui.terms_history import TermsHistory
from desktop.ui.window import MainWindow
from tests.studio import add_works
from tests.ui.conftest import Answers

WAIT_MS = 10_000
TODAY = date(2026, 11, 29)
WHOLE = Terms(
    uses=dict.fromkeys(Use, Answer.CONSTRAINED) | {Use.SEARCH: Answer.UNSET},
    price=Price(model=PriceModel.PER_CRAWL, amount=Decimal("0.0005"), currency="EUR"),
    licensees=(
        Licensee(name="Northlight <b>", uses={Use.TRAIN: Answer.ALLOW}, did="did:key:z6Mk"),
        Licensee(name="Öre", uses=dict.fromkeys(Use, Answer.DENY)),
    ),
    expires=date(2027, 3, 31),
    address="https://example.org/terms?of=me",
    note="Write to me.\nIn two lines.",
)


def texts(shown: QWidget) -> list[str]:
    return [one.text() for one in shown.findChildren(QLabel) if one.isVisible()]


@pytest.fixture
def form(qtbot: QtBot) -> TermsForm:
    """The questions, nothing answered."""
    made = TermsForm(TODAY)
    qtbot.addWidget(made)
    made.put(None)
    made.show()
    return made


@pytest.mark.parametrize("terms", [WHOLE, *(PRESETS[one] for one in PRESETS), Terms(uses={})])
def test_what_was_said_comes_back_as_it_was(form: TermsForm, terms: Terms) -> None:
    form.put(WHOLE)
    form.put(terms)
    found = form.terms()
    assert found is not None
    assert found == terms


def test_a_plain_answer_keeps_what_was_said_besides(form: TermsForm) -> None:
    form.put(WHOLE)
    assert form.presets.key is None
    form.presets.choose(Preset.NO_AI)
    found = form.terms()
    assert found is not None
    assert form.presets.key is Preset.NO_AI
    assert (found.uses, found.price) == (PRESETS[Preset.NO_AI].uses, None)
    assert (found.licensees, found.expires, found.note) == (
        WHOLE.licensees,
        WHOLE.expires,
        WHOLE.note,
    )


def test_what_cannot_be_is_told_at_its_field(form: TermsForm) -> None:
    form.presets.choose(Preset.ASK_ME)
    for amount, currency, said in (
        ("12", "", "needs its currency"),
        ("12", "EUX", "EUX is not a currency"),
        ("twelve", "EUR", "“twelve” is not an amount"),
        ("-1", "EUR", "zero or more"),
        ("1,2.3", "EUR", "one mark only"),
        ("1.5", "JPY", "JPY has 0 decimals"),
    ):
        form.price.put(Price(model=PriceModel.PER_TRAINING))
        form.price.amount.setText(amount)
        form.price.currency.setText(currency)
        assert form.terms() is None
        assert said in form._price.problem.text()
    form.presets.choose(Preset.ASK_ME)
    form.address.setText("http://example.org")
    assert form.terms() is None
    assert "https://" in form._address.problem.text()
    form.address.setText("")
    form.note.setPlainText("a" * 2001)
    assert form.terms() is None
    assert "2000" in form._note.problem.text()
    form.note.setPlainText("")
    form.put(Terms(uses=WHOLE.uses, expires=date(2026, 11, 28)))
    assert form.terms() is None
    assert "is over" in form._expires.problem.text()
    form.ends.setChecked(False)
    first, second = form.licensees.add(), form.licensees.add()
    assert form.terms() is None
    assert "Type the licensee’s name" in first.problem.text()
    for field in (first, second):
        field.name.setText("Öre")
        field.uses[Use.TRAIN].setCurrentIndex(1)
    assert form.terms() is None
    assert "above already" in second.problem.text()
    second.removed.emit()
    found = form.terms()
    assert found is not None
    assert found.licensees == (Licensee(name="Öre", uses={Use.TRAIN: Answer.ALLOW}),)


def test_answers_are_reached_by_keyboard(form: TermsForm) -> None:
    form.unfold.click()
    pick = form.picks[Use.TRAIN]
    pick.choose(Answer.ALLOW)
    found = []
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        form.setLayoutDirection(direction)
        QTest.keyClick(pick, Qt.Key.Key_Right)
        found.append(pick.answer)
    assert found == [Answer.CONSTRAINED, Answer.ALLOW]


def test_nothing_is_kept_before_it_was_shown(
    qtbot: QtBot, window: MainWindow, library: Services, answers: Answers
) -> None:
    first, second, third = add_works(library, 3)
    set_terms(PRESETS[Preset.OPEN], [first], library)

    def ask_me(dialog: QDialog) -> None:
        assert isinstance(dialog, TermsDialog)
        assert not dialog.yes.isEnabled()
        dialog.accept()
        assert dialog.isVisible()
        dialog.form.presets.choose(Preset.ASK_ME)
        qtbot.waitUntil(dialog.yes.isEnabled, timeout=WAIT_MS)
        assert dialog.change.headline.text() == "2 works change."
        robots = dialog.vocabularies.rows[Target.ROBOTS]
        assert robots.meaning.text() == "No: training, input · Yes: search"
        assert "Stricter than your answer: training, input." in robots.lost.text()
        assert "Not in it: output, data mining, your price." in robots.lost.text()
        assert robots.text.isHidden() or not robots.text.isVisible()
        robots.show_text.click()
        assert "Content-Usage: train-ai=n, search=y" in robots.text.text()
        dialog.form.price.amount.setText("no")
        assert not dialog.yes.isEnabled()
        qtbot.waitUntil(lambda: "cannot be" in dialog.change.headline.text(), timeout=WAIT_MS)
        dialog.form.price.amount.setText("")
        qtbot.waitUntil(dialog.yes.isEnabled, timeout=WAIT_MS)
        dialog.yes.click()

    answers.add(lambda dialog: dialog.reject())
    window.work_actions.asking.ask(Choice.works([first, second]))
    qtbot.waitUntil(lambda: len(answers.seen) == 1, timeout=WAIT_MS)
    answers.add(ask_me)
    window.work_actions.asking.ask(Choice.works([first, second]))
    qtbot.waitUntil(lambda: "Ask me for 2 works" in window.notice.text(), timeout=WAIT_MS)
    with library.store.read() as connection:
        kept = [terms_store.of_work(connection, one) for one in (first, second, third)]
    assert [one.same_answers(PRESETS[Preset.ASK_ME]) for one in kept] == [True, True, False]


def test_the_details_tell_why_it_holds_and_what_was_before(
    qtbot: QtBot, window: MainWindow, library: Services
) -> None:
    (work_id,) = add_works(library, 1)
    apply_change(Choice.works([work_id]), PRESETS[Preset.OPEN], library)
    made = make_collection("Sea", [work_id], library).change.choice
    apply_change(made, PRESETS[Preset.NO_AI], library)
    details = window.works.details

    def wait_for(sentence: str) -> None:
        window.changes.tell(Change.EVERYTHING)
        details.show_works([work_id])
        qtbot.waitUntil(lambda: any(sentence in one for one in texts(details)), timeout=WAIT_MS)

    wait_for("You said this of the work itself.")
    apply_change(Choice.works([work_id]), None, library)
    wait_for("Said of the collection “Sea”.")
    history = next(one for one in details.findChildren(TermsHistory) if one.isVisible())
    history.unfold.click()
    qtbot.waitUntil(lambda: "No AI" in texts(history), timeout=WAIT_MS)
    assert [one for one in texts(history) if one in ("No AI", "Open")] == ["No AI", "Open"]
    next(one for one in history.findChildren(QPushButton) if one.text() == "Proof").click()
    qtbot.waitUntil(
        lambda: any("of the journal" in one for one in texts(history)),
        timeout=WAIT_MS,
    )


def test_answers_that_end_need_the_user(
    qtbot: QtBot, window: MainWindow, library: Services, answers: Answers
) -> None:
    works = add_works(library, 2)
    today = library.now().date()
    ends = Terms(uses=WHOLE.uses, expires=today + timedelta(days=3))
    apply_change(Choice.works(works), ends, library)
    window.changes.tell(Change.TERMS)
    (need,) = [one for one in needs_of(library) if one.works]
    assert (need.tone, set(need.works)) == (Tone.NEEDS, set(works))
    assert "What AI may do with 2 works ends on" in need.title
    answers.add(lambda dialog: dialog.reject())
    window.go(Place.NEEDS_YOU)

    def again() -> list[QPushButton]:
        buttons = window.needs.findChildren(QPushButton)
        return [one for one in buttons if "again…" in one.text() and one.isVisible()]

    qtbot.waitUntil(lambda: bool(again()), timeout=WAIT_MS)
    again()[0].click()
    qtbot.waitUntil(lambda: answers.seen == ["What AI may do with 2 works"], timeout=WAIT_MS)


def test_what_differs_between_own_answers_is_told() -> None:
    other = replace(
        WHOLE,
        uses={**WHOLE.uses, Use.OUTPUT: Answer.DENY},
        expires=None,
        price=replace(WHOLE.price, amount=None) if WHOLE.price else None,
        note="",
    )
    assert differences(other, WHOLE) == [
        "output: No → On conditions",
        "price: For each visit of a crawler → For each visit of a crawler: €0.0005",
        "last day: none → 31 Mar 2027",
        "other note",
    ]
