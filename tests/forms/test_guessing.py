"""Headings as offices write them and what is guessed; a form that is written reads the same."""

from __future__ import annotations

from datetime import date

import pytest

from desktop.assets import asset
from desktop.errors import FormProblem
from desktop.forms.guessing import guess
from desktop.forms.reading import read_form
from desktop.forms.writing import form_document, identifier_of
from desktop.model.fingerprints import Kind
from desktop.model.forms import Batches, Column, Fact, Form, Formulas, SheetFormat, SheetRules


@pytest.mark.parametrize(
    ("heading", "holds"),
    [
        ("Title of Work", Fact.TITLE),
        ("Work Title*", Fact.TITLE),
        ("Titre de l'œuvre", Fact.TITLE),
        ("TÍTULO", Fact.TITLE),
        ("Author(s)", Fact.CREATORS),
        ("Urheber/in", Fact.CREATORS),
        ("ISBN-13", Fact.ISBN),
        ("IPI Name Number", Fact.CLAIMANT_IPI),
        ("Rights holder", Fact.CLAIMANT),
        ("Co-owner(s)", Fact.CO_OWNERS),
        ("Other authors", Fact.CO_OWNERS),
        ("Co-owner contact e-mail", Fact.CO_OWNER_CONTACTS),
        ("Shares of co-owners", Fact.CO_OWNER_SHARES),
        ("Ownership %", Fact.SHARE_PERCENT),
        ("Percentage", Fact.SHARE_PERCENT),
        ("Date of first publication", Fact.PUBLICATION_DATE),
        ("Publication date", Fact.PUBLICATION_DATE),
        ("Country of publication", Fact.PUBLICATION_COUNTRY),
        ("Published?", Fact.PUBLISHED),
        ("Year of creation", Fact.CREATED),
        ("Filename", Fact.FILE_NAME),
        ("Copyright registration number", Fact.COPYRIGHT),
        ("Sole owner", Fact.SOLE_OWNER),
        ("Used AI?", Fact.AI_INVOLVEMENT),
        ("No.", Fact.ROW_NUMBER),
        ("Duration (hh:mm:ss)", Fact.DURATION),
        ("Favourite colour", None),
        ("", None),
    ],
    ids=str,
)
def test_what_a_heading_wants(heading: str, holds: Fact | None) -> None:
    assert guess(heading).holds == holds


def test_a_date_is_written_as_exactly_as_it_is_wanted() -> None:
    assert guess("Month of publication").date_format == "YYYY-MM"
    assert guess("Publication year").date_format == "YYYY"


def test_what_is_written_reads_the_same() -> None:
    form = Form(
        form_id="x",
        title='A "quoted" form \\ back',
        purpose="Ünïcode 🎨\nsecond line",
        kinds=(Kind.TEXT, Kind.IMAGE),
        columns=(
            Column(heading="=A", holds=Fact.TITLE, required=True, max_characters=9),
            Column(heading="B", always="a\tb"),
            Column(heading="C", holds=Fact.CREATED, date_format="YYYY", if_missing="?"),
            Column(heading="D", holds=Fact.PUBLISHED, values={"yes": "Y"}, allowed=("Y", "N")),
        ),
        deadline=date(2026, 12, 31),
        steps=("One.",),
        sheet=SheetRules(
            formats=(SheetFormat.CSV,),
            works=3,
            batches=Batches.FOLDERS,
            csv_separator="\t",
            csv_formulas=Formulas.SPACE,
        ),
    )
    assert read_form(form_document(form), "x") == form
    for path in asset("forms").glob("*.toml"):
        shipped = read_form(path.read_bytes(), path.name)
        assert read_form(form_document(shipped), "again") == shipped


def test_what_could_not_be_read_again_is_not_written() -> None:
    form = Form(form_id="x", title=" x", purpose="p", kinds=(Kind.TEXT,), columns=(guess("Title"),))
    with pytest.raises(FormProblem, match="cannot be kept as it stands"):
        form_document(form)


@pytest.mark.parametrize(
    ("title", "form_id"),
    [
        ("Works list 2026", "works-list-2026"),
        ("Über uns", "uber-uns"),
        ("7", "form-7"),
        ("日", "form"),
    ],
)
def test_the_id_of_a_title(title: str, form_id: str) -> None:
    assert identifier_of(title) == form_id
