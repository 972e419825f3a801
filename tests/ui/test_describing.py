"""The editor asks what matters for the kind of work, and changes only what was changed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from PySide6.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop.flows.claiming import prepare
from desktop.flows.describing import (
    PastAnswers,
    ShareSaid,
    WorkChanges,
    edit_works,
    split_equally,
)
from desktop.flows.syncing import add_registry
from desktop.model.works import (
    Creator,
    Identifier,
    Known,
    Party,
    Publication,
    Reach,
    Right,
    Work,
)
from desktop.services import Services
from desktop.store import parties, works
from desktop.ui.changes import Change
from desktop.ui.describe_dialog import DIFFERENT, DescribeDialog, creators_of, creators_text
from desktop.ui.dialogs import ClaimDialog
from desktop.ui.people_dialog import PeopleDialog
from desktop.ui.share_rows import part_of
from desktop.ui.window import MainWindow
from tests.studio import add_works, settle
from tests.ui.conftest import Answers


def work(services: Services, work_id: int) -> Work:
    with services.store.read() as connection:
        return works.get(connection, work_id)


def opened(qtbot: QtBot, services: Services, *work_ids: int) -> DescribeDialog:
    dialog = DescribeDialog([work(services, one) for one in work_ids], PastAnswers())
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.fixture
def two(library: Services) -> list[int]:
    settle(library)
    return add_works(library, 2)


def test_what_is_left_alone_is_no_change(qtbot: QtBot, library: Services, two: list[int]) -> None:
    split_equally([1], ["me", "Ben"], library)
    edit_works(
        [1],
        WorkChanges(
            creators=[Creator(name="Ana", role="painter")],
            identifiers=[Identifier(scheme="doi", value="10.1000/182")],
            publication=Publication(answer=Known.YES, on="2024", country="PT"),
        ),
        library,
    )
    assert opened(qtbot, library, 1).changes() == WorkChanges()
    assert opened(qtbot, library, 1, 2).changes() == WorkChanges()


def test_one_work_through_the_window(qtbot: QtBot, window: MainWindow, answers: Answers) -> None:
    settle(window.services)
    add_works(window.services, 1)
    window.changes.tell(Change.EVERYTHING)

    def fill(dialog: QDialog) -> None:
        assert isinstance(dialog, DescribeDialog)
        assert dialog.title is not None
        dialog.title.setText("Harbour at six")
        dialog.creators.setText("Ana Sousa (photographer); Ben Okafor")
        dialog.created.setText("2024-03")
        dialog.ai.setCurrentText("Made by people")
        assert not dialog.published_on.isVisible()
        dialog.published.setCurrentText("Yes")
        assert dialog.published_on.isVisible()
        dialog.published_in.setText("pt")
        dialog.numbers["doi"].setText("10.1000/182")
        dialog.shares.make_equal()
        dialog.shares.add()
        dialog.shares.make_equal()
        dialog.accept()
        assert "no name" in dialog.problem.text()
        dialog.shares._rows[1].who.setText("Ben Okafor")
        dialog.accept()

    answers.add(fill)
    window.work_actions.describe([1])
    qtbot.waitUntil(lambda: window.notice.text() == "Kept for 1 work.", timeout=10_000)
    found = work(window.services, 1)
    assert (found.title, found.created, found.ai_involvement) == (
        "Harbour at six",
        "2024-03",
        "human",
    )
    assert found.creators == (
        Creator(name="Ana Sousa", role="photographer"),
        Creator(name="Ben Okafor"),
    )
    assert found.publication == Publication(answer=Known.YES, country="PT")
    assert [item.value for item in found.identifiers] == ["10.1000/182"]
    assert {(share.party.name, share.fraction) for share in found.shares} == {
        ("Ana Sousa", Fraction(1, 2)),
        ("Ben Okafor", Fraction(1, 2)),
    }


def test_many_at_once(qtbot: QtBot, library: Services, two: list[int]) -> None:
    edit_works([1], WorkChanges(created="2020", creators=[Creator(name="Ana")]), library)
    dialog = opened(qtbot, library, 1, 2)
    assert dialog.title is None
    assert dialog.created.placeholderText() == DIFFERENT
    dialog.creators.setText("Studio Harbour")
    changes = dialog.changes()
    assert changes == WorkChanges(creators=[Creator(name="Studio Harbour")])
    edit_works(two, changes, library)
    assert [work(library, one).created for one in two] == ["2020", ""]


def test_what_cannot_be_kept_is_said_where_it_was_typed(
    qtbot: QtBot, library: Services, two: list[int]
) -> None:
    """The dialog stays open, so that nothing that was typed is lost."""
    dialog = opened(qtbot, library, two[0])
    for field, wrong, said in (
        (dialog.numbers["doi"], "10", "such as 10.1000/182"),
        (dialog.created, "2199-07", "Date made: 2199-07 has not come yet; today is 20"),
    ):
        field.setText(wrong)
        dialog.yes.click()
        assert dialog.isVisible()
        assert said in dialog.problem.text()
        field.clear()
    dialog.created.setText("2020")
    dialog.yes.click()
    assert not dialog.isVisible()


def test_the_sum_is_said_while_it_is_typed(qtbot: QtBot, library: Services, two: list[int]) -> None:
    rows = opened(qtbot, library, 1).shares
    assert "you claim all of it" in rows._sum.text()
    rows.add()
    rows._rows[0].part.setText("2/3")
    assert rows._sum.text() == (
        "Not given to anybody: 1/3 of training, 1/3 of reference, 1/3 of output. The claim says so."
    )
    rows.add()
    rows._rows[1].who.setText("Ben")
    rows._rows[1].part.setText("50 %")
    assert "cannot be signed" in rows._sum.text()
    rows._rows[1].part.setText("unknown")
    assert "unknown" in rows._sum.text()
    rows._rows[1].rights.setCurrentText("Training")
    assert [one.right for one in rows.said()] == [*Right, Right.TRAINING]


@pytest.mark.parametrize(
    ("typed", "part"),
    [("1/3", Fraction(1, 3)), ("25 %", Fraction(1, 4)), ("0,5", Fraction(1, 2)), ("?", None)],
)
def test_parts(typed: str, part: Fraction | None) -> None:
    assert part_of(typed) == part


@pytest.mark.parametrize("typed", ["", "half", "2", "0", "-1/2", "1/0", "120 %"])
def test_what_is_no_part(typed: str) -> None:
    with pytest.raises(ValueError, match="share"):
        part_of(typed)


def test_creators_as_they_are_typed() -> None:
    text = "Ana Sousa (photographer); Ben (sound (live)); Cleo"
    made = creators_of(text)
    assert made[0] == Creator(name="Ana Sousa", role="photographer")
    assert creators_of(creators_text(made)) == made
    assert creators_of(" ; ") == []


def test_numbers_and_contacts(qtbot: QtBot, window: MainWindow, answers: Answers) -> None:
    """Kept for one after the other; a wrong number is told and nothing is changed."""
    settle(window.services)
    add_works(window.services, 1)
    split_equally([1], ["me", "Ben Okafor"], window.services)

    def known(name: str) -> Party:
        with window.services.store.read() as connection:
            return next(one for one in parties.everyone(connection) if one.name == name)

    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, PeopleDialog)
        try:
            dialog.name.setCurrentText("Ben Okafor")
            dialog.fields["isni"].setText("0000 0001 2103 2680")
            dialog.yes.click()
            assert "ISNI" in dialog.problem.text()
            assert known("Ben Okafor").isni == ""
            dialog.fields["isni"].setText("0000 0001 2103 2683")
            dialog.fields["contact"].setText("ben@band.example")
            dialog.reach.setCurrentIndex(2)
            dialog.yes.click()
            dialog.name.setCurrentText("Chidi Eze")
            assert dialog.fields["isni"].text() == ""
            dialog.fields["contact"].setText("by post")
            dialog.yes.click()
            dialog.name.setCurrentText("Ben Okafor")
            assert dialog.fields["contact"].text() == "ben@band.example"
        finally:
            dialog.reject()

    answers.add(act)
    window.work_actions.people()
    ben = known("Ben Okafor")
    assert (ben.isni, ben.contact) == ("0000000121032683", "ben@band.example")
    assert ben.reach is Reach.UNREACHABLE
    assert known("Chidi Eze").contact == "by post"


def test_what_is_given_to_nobody_stands_below_the_shares(
    qtbot: QtBot, library: Services, two: list[int]
) -> None:
    add_registry("Practice", "https://painters.example", library)
    half = ShareSaid(who="me", right=Right.OUTPUT, fraction=Fraction(1, 2))
    edit_works([1], WorkChanges(shares=[half]), library)
    dialog = ClaimDialog(prepare(two, "Practice", library), "Practice")
    qtbot.addWidget(dialog)
    said = [one.text() for one in dialog.findChildren(QLabel)]
    assert said.index("1/2 of output") == said.index("Not given to anybody") + 1
    assert (
        said.index("Share of output") < said.index("1/2 of output") < said.index("What AI may do")
    )
