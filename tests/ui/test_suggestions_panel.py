"""The file says: what is offered, what a click asks for, what differs from the terms."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop.flows.describing import WorkChanges, edit_work, set_terms
from desktop.flows.suggesting import said_by_file
from desktop.model.suggestions import AiStatement, Credit, Suggestions, Vocabulary
from desktop.model.terms import Answer, Preset, Use
from desktop.services import Services
from desktop.store import suggestions
from desktop.terms.presets import PRESETS
from desktop.ui.suggestion_words import ai_lines
from desktop.ui.suggestions_panel import SuggestionsPanel, use_all_button
from desktop.ui.theme import Theme
from tests.studio import add_works

NAUGHTY = "<b>bold</b><img src=x onerror=alert(1)>"
ADDRESS = "https://studio.example/" + "terms-and-conditions" * 20


def statement(
    vocabulary: Vocabulary, name: str, value: str = "v", **meaning: Answer
) -> AiStatement:
    return AiStatement(
        vocabulary=vocabulary,
        property=name,
        value=value,
        meaning=tuple((Use(use.replace("_", "-")), answer) for use, answer in meaning.items()),
    )


SAID = Suggestions(
    title=NAUGHTY,
    creators=(Credit(name="Ivo Lindqvist", role="composer"), Credit(name="The Breakwater Five")),
    rights="© 2024 Breakwater Records, all rights reserved",
    created="2024-05",
    identifiers=(("isrc", "USS1Z9900001"), ("iswc", "T0345246801")),
    ai_use=(
        statement(
            Vocabulary.IPTC, "plus:DataMining", train=Answer.DENY, train_generative=Answer.DENY
        ),
        statement(Vocabulary.CAWG, "cawg.ai_training", "notAllowed", train=Answer.DENY),
        statement(Vocabulary.CAWG, "cawg.data_mining", "constrained", mining=Answer.CONSTRAINED),
        statement(Vocabulary.RIGHTS, "xmpRights:UsageTerms", "Ask the studio first"),
    ),
)


class Asked:
    """Remembers what was asked for."""

    def __init__(self) -> None:
        self.calls: list[tuple[Sequence[int], Collection[str] | None]] = []

    def __call__(self, work_ids: Sequence[int], keys: Collection[str] | None) -> None:
        self.calls.append((work_ids, keys))


@pytest.fixture
def work_id(library: Services, theme: Theme) -> int:
    """A work whose file says much."""
    (made,) = add_works(library, 1)
    with library.store.write() as tx:
        tx.execute("UPDATE fingerprints SET suggestions = ?", (suggestions.to_json(SAID),))
    return made


def shown(qtbot: QtBot, library: Services, work_id: int, asked: Asked) -> SuggestionsPanel:
    panel = SuggestionsPanel(said_by_file(work_id, library), asked)
    qtbot.addWidget(panel)
    return panel


def texts(panel: SuggestionsPanel) -> list[str]:
    return [one.text() for one in panel.findChildren(QLabel)]


def buttons(panel: SuggestionsPanel) -> dict[str, QPushButton]:
    return {one.accessibleName(): one for one in panel.findChildren(QPushButton)}


def test_each_field_can_be_taken(qtbot: QtBot, library: Services, work_id: int) -> None:
    asked = Asked()
    panel = shown(qtbot, library, work_id, asked)
    for name, key in (
        ("Use ISRC: USS1Z9900001", ("isrc",)),
        ("Use Made on: 2024-05", ("created",)),
        ("Use By: Ivo Lindqvist (composer), The Breakwater Five", ("creators",)),
        ("Use everything the file says", None),
    ):
        QTest.mouseClick(buttons(panel)[name], Qt.MouseButton.LeftButton)
        assert asked.calls[-1] == ((work_id,), key)
    assert len(buttons(panel)) == 6


def test_what_the_user_said_has_no_button(qtbot: QtBot, library: Services, work_id: int) -> None:
    edit_work(work_id, library, WorkChanges(title="Mine"))
    panel = shown(qtbot, library, work_id, Asked())
    assert NAUGHTY in texts(panel)
    assert not any(name.startswith("Use Title") for name in buttons(panel))


def test_a_strangers_text_is_plain(qtbot: QtBot, library: Services, work_id: int) -> None:
    panel = shown(qtbot, library, work_id, Asked())
    assert NAUGHTY in texts(panel)
    for one in panel.findChildren(QLabel):
        assert one.textFormat() == Qt.TextFormat.PlainText


def test_what_it_says_about_ai(qtbot: QtBot, library: Services, work_id: int) -> None:
    panel = shown(qtbot, library, work_id, Asked())
    said = texts(panel)
    assert "No training (IPTC)" in said
    assert "No training, data mining on conditions (C2PA, not verified)" in said
    assert "Usage terms: Ask the studio first" in said
    assert "Differs from your terms" not in said
    set_terms(PRESETS[Preset.OPEN], [work_id], library)
    said = texts(shown(qtbot, library, work_id, Asked()))
    assert said.count("Differs from your terms") == 2
    assert "Your terms: training allowed." in said
    assert "Your terms: training allowed, data mining allowed." in said
    set_terms(PRESETS[Preset.NO_AI], [work_id], library)
    panel = shown(qtbot, library, work_id, Asked())
    assert texts(panel).count("Differs from your terms") == 1  # mining: on conditions, not no


def test_nothing_said_is_nothing_shown(qtbot: QtBot, library: Services, work_id: int) -> None:
    with library.store.write() as tx:
        tx.execute("UPDATE fingerprints SET suggestions = '{}'")
    panel = shown(qtbot, library, work_id, Asked())
    assert (texts(panel), panel.sizeHint().height()) == ([], 0)


def test_a_long_address_can_wrap(qtbot: QtBot, library: Services, work_id: int) -> None:
    """A label that cannot break a word cuts it off."""
    said = Suggestions(
        rights=ADDRESS,
        ai_use=(statement(Vocabulary.RIGHTS, "xmpRights:WebStatement", ADDRESS[:280]),),
    )
    with library.store.write() as tx:
        tx.execute("UPDATE fingerprints SET suggestions = ?", (suggestions.to_json(said),))
    found = texts(shown(qtbot, library, work_id, Asked()))
    assert max(len(word) for one in found for word in re.split(r"[\s\u200b]", one)) <= 20
    assert ADDRESS in [one.replace("\u200b", "") for one in found]


def test_several_works(qtbot: QtBot, theme: Theme) -> None:
    asked = Asked()
    made = use_all_button([3, 4], asked)
    qtbot.addWidget(made)
    QTest.mouseClick(made, Qt.MouseButton.LeftButton)
    assert asked.calls == [((3, 4), None)]


def test_answers_come_in_one_order() -> None:
    said = (
        statement(Vocabulary.CAWG, "cawg.ai_generative_training", train_generative=Answer.DENY),
        statement(Vocabulary.CAWG, "cawg.ai_inference", input=Answer.ALLOW),
        statement(Vocabulary.CAWG, "cawg.ai_training", train=Answer.DENY),
    )
    (line,) = ai_lines(said, ())
    assert line.sentence == "No training, use as input allowed (C2PA, not verified)"


def test_a_file_that_contradicts_itself_is_shown_as_it_is() -> None:
    said = (
        statement(Vocabulary.TDMREP, "tdm:reservation", "1", mining=Answer.DENY),
        statement(Vocabulary.TDMREP, "tdm:reservation", "0", mining=Answer.ALLOW),
        statement(Vocabulary.TDMREP, "tdm:reservation", "x" * 1000),
    )
    first, second, third = (line.sentence for line in ai_lines(said, ()))
    assert (first, second) == ("No data mining (TDMRep)", "Data mining allowed (TDMRep)")
    assert third.startswith("tdm:reservation: xxx")
    assert len(third) < 330
