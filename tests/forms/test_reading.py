"""Descriptions of forms: the shipped ones read, and every mistake is named."""

from __future__ import annotations

import re

import pytest

from desktop.assets import asset
from desktop.errors import FormProblem
from desktop.forms.facts import FACTS
from desktop.forms.reading import read_form
from desktop.model.forms import Batches, Fact, Form, SheetFormat
from tests.forms.making import HEAD, form_text

TITLE = 'heading = "Title"\nholds = "title"'


def shipped() -> dict[str, Form]:
    return {
        path.stem: read_form(path.read_bytes(), path.name) for path in asset("forms").glob("*.toml")
    }


def test_the_shipped_forms_read_and_are_called_like_their_files() -> None:
    forms = shipped()
    assert sorted(forms) == ["photographs-group", "society-works", "works-list"]
    assert {name: form.form_id for name, form in forms.items()} == {name: name for name in forms}
    photographs = forms["photographs-group"]
    assert (photographs.sheet.works, photographs.sheet.batches) == (750, Batches.FOLDERS)
    assert SheetFormat.CSV in forms["society-works"].sheet.formats
    assert forms["works-list"].asks_deadline
    for form in forms.values():
        assert form.steps
        assert "http" not in repr(form), "no host name of anybody"


def test_every_fact_can_be_read_and_is_explained() -> None:
    assert set(FACTS) == set(Fact)
    explained = (asset("forms") / "README.md").read_text(encoding="utf-8")
    assert [fact for fact in Fact if f"`{fact.value}`" not in explained] == []


def test_a_whole_description() -> None:
    head = HEAD.replace('kinds = ["image"]', 'kinds = ["image"]\ndeadline = 2026-12-31')
    form = read_form(form_text(TITLE, 'heading = "Empty"', head=head).encode(), "x.toml")
    assert str(form.deadline) == "2026-12-31"
    assert [column.holds for column in form.columns] == [Fact.TITLE, None]
    assert (form.silence_days, form.sheet.works, form.enclosed.copies) == (60, 0, False)


def changed(old: str, new: str) -> str:
    text = form_text(TITLE)
    assert old in text
    return text.replace(old, new)


MISTAKES = [
    ("form = 1", "form = 2", "form = 2 is not right: write form = 1"),
    ("form = 1", "", "form is missing"),
    ('id = "test-form"', 'id = "Test Form"', "small letters, digits and hyphens"),
    ('title = "A form"', "", "title is missing: write it as text"),
    ('title = "A form"', "title = 7", "title = 7 is not right: write it as text"),
    ('title = "A form"', 'title = "  "', "write at least a word"),
    ('title = "A form"', f'title = "{"x" * 121}"', "it has 121 characters, at most 120 fit"),
    ('kinds = ["image"]', 'kinds = ["images"]', "did you mean 'image'?"),
    ('kinds = ["image"]', "kinds = []", "write a list of these: image, sound"),
    ('kinds = ["image"]', 'kinds = ["image"]\ndeadline = "soon"', 'or "asked"'),
    ('kinds = ["image"]', 'kinds = ["image"]\ndeadline = 2026-12-31T10:00:00', "write a day"),
    ('kinds = ["image"]', 'kinds = ["image"]\nsilence_days = 0', "from 1 to 3650"),
    ('kinds = ["image"]', 'kinds = ["image"]\nsilence_days = true', "a whole number"),
    ('kinds = ["image"]', 'kinds = ["image"]\nsteps = "go"', "write a list of texts"),
    ('kinds = ["image"]', 'kinds = ["image"]\nsteps = [""]', "each has at least a word"),
    ('kinds = ["image"]', 'kinds = ["image"]\ndeadlin = 1', "did you mean deadline"),
    ("[sheet]", "[sheet]\nrows = 3", "sheet.rows is not known"),
    ("[sheet]", "[sheet]\nname = '../x'", "it becomes a file name"),
    ("[sheet]", "[sheet]\ncsv_separator = '-'", '",", ";" or "tab"'),
    ("[sheet]", "[sheet]\ncsv_bom = 1", "write true or false"),
    ("[sheet]", "[sheet]\nworks = 0", "from 1 to 1000000"),
    ("[sheet]", "[sheet]\nbatches = 'heaps'", "folders, files"),
    ("[sheet]", "[sheet]\ncsv_formulas = 'eval'", "apostrophe, space, as_is"),
    ('formats = ["csv", "xlsx"]', 'formats = ["xls"]', "sheet.formats"),
    ("[sheet]", "sheet = 3\n[other]", "sheet"),
    (TITLE, 'heading = "Title"\nholds = "titel"', "did you mean 'title'?"),
    (TITLE, 'holds = "title"', "columns[1].heading is missing"),
    (TITLE, TITLE + '\nalways = "x"', "not both"),
    (TITLE, 'heading = "A"\nrequired = true', "say with holds"),
    (TITLE, TITLE + "\nmax_characters = 40000", "from 1 to 32767"),
    (TITLE, TITLE + '\ndate_format = "YYYY"', "only a column that holds a date"),
    (TITLE, 'heading = "D"\nholds = "created"\ndate_format = "MM"', "YYYY-MM-DD"),
    (TITLE, 'heading = "D"\nholds = "created"\ndate_format = "YYYY-MMM"', "YYYY-MM-DD"),
    (TITLE, TITLE + '\nvalues = ["a"]', "values = { yes"),
    (TITLE, TITLE + '\nallowed = ["A"]\nvalues = { x = "B" }', "'B' is none of the allowed: A"),
    (TITLE, TITLE + '\nright = "left"', "training, reference, output"),
    (TITLE, TITLE + '\n[[columns]]\nheading = "Title"', "stands there twice"),
    (TITLE, TITLE + '\nsize = "big"', "columns[1].size is not known"),
    ("[[columns]]", "[[column]]", "columns is missing"),
]


@pytest.mark.parametrize(("old", "new", "said"), MISTAKES, ids=lambda value: str(value)[:24])
def test_every_mistake_is_named_with_file_key_and_what_is_right(
    old: str, new: str, said: str
) -> None:
    with pytest.raises(FormProblem, match=re.escape(said)) as caught:
        read_form(changed(old, new).encode(), "mine.toml")
    assert caught.value.message.startswith("mine.toml: ")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"form = ", "mine.toml is not TOML"),
        (b"\xff\xfe", "mine.toml is not text in UTF-8"),
        (b"a = " + b"[" * 100_000, "mine.toml is not TOML"),
        (b"#" * 300_000, "far too large"),
    ],
    ids=["half", "binary", "deep", "huge"],
)
def test_what_is_no_description_at_all(data: bytes, said: str) -> None:
    with pytest.raises(FormProblem, match=said):
        read_form(data, "mine.toml")
