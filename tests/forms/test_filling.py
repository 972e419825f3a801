"""Rows: what a claim says goes into the cells; what lacks is named with what would be right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from desktop.forms.filling import fill, numbered, plain_cell, renamed
from desktop.model.forms import Fact
from tests.forms.making import ME, form_of, share, source


def cell(column: str, **said: Any) -> str:
    """Return the one cell of the one row."""
    rows, left_out = fill(form_of(f'heading = "H"\n{column}'), [source(**said)])
    assert left_out == []
    return rows[0].cells[0]


def why_not(column: str, **said: Any) -> str:
    """Return why the one work is left out."""
    rows, left_out = fill(form_of(f'heading = "H"\n{column}'), [source(**said)])
    assert rows == []
    return left_out[0].reason


NUMBERS = {
    "identifiers": [{"scheme": "isbn", "value": "978"}, {"scheme": "doi", "value": "10.1/2"}]
}
BAND = [share("Ana", "2/3", did=ME), share("Ben", "1/3", reach="unreachable")]


@pytest.mark.parametrize(
    ("holds", "said", "text"),
    [
        ("title", {}, "Tide"),
        ("creators_with_roles", {}, "Ana (author)"),
        ("identifiers", {"work": NUMBERS}, "ISBN 978; DOI 10.1/2"),
        ("isbn", {"work": NUMBERS}, "978"),
        ("issn", {"work": NUMBERS}, ""),
        ("share_percent", {}, "100"),
        ("share_percent", {"shares": BAND}, "66.6667"),
        ("share_fraction", {"shares": BAND}, "2/3"),
        ("share_percent", {"shares": [share("Ana", "unknown", did=ME)]}, ""),
        ("co_owners", {"shares": BAND}, "Ben"),
        ("co_owners", {}, ""),
        ("co_owner_shares", {"shares": BAND}, "Ben: 33.3333 %"),
        ("co_owner_contacts", {"shares": BAND}, "Ben: cannot be reached"),
        ("co_owner_contacts", {"shares": BAND, "contacts": {"Ben": "b@x"}}, "Ben: b@x"),
        ("sole_owner", {"sole_owner": True}, "yes"),
        ("sole_owner", {"shares": BAND}, "no"),
        ("sole_owner", {}, ""),
        ("ai_involvement", {}, ""),
        ("ai_involvement", {"work": {"ai_involvement": "human"}}, "human"),
        ("file_name", {}, "tide.png"),
        ("right", {}, "training"),
        ("territories", {}, "WORLD"),
        ("signed", {}, "2026-11-01"),
        ("claimant_ipi", {}, ""),
    ],
    ids=str,
)
def test_what_a_claim_says(holds: str, said: dict[str, Any], text: str) -> None:
    assert cell(f'holds = "{holds}"', **said) == text


def test_shares_that_differ_by_place_are_all_told() -> None:
    shares = [
        share("Ana", "1/2", did=ME, territories=["PT"]),
        share("Ana", "1/4", did=ME, interest="master"),
    ]
    assert cell('holds = "share_percent"', shares=shares) == "50 (PT); 25 (master)"


@pytest.mark.parametrize(
    ("pattern", "known", "text"),
    [
        ("MM/YYYY", "2025-03-09", "03/2025"),
        ("YYYY-MM", "2025-03", "2025-03"),
        ("DD.MM.YYYY", "2025-03-09", "09.03.2025"),
        ("YYYY", "2025", "2025"),
    ],
)
def test_dates_as_the_form_wants_them(pattern: str, known: str, text: str) -> None:
    column = f'holds = "publication_date"\ndate_format = "{pattern}"'
    assert cell(column, work={"publication": {"published": True, "date": known}}) == text


@pytest.mark.parametrize(
    ("column", "said", "why"),
    [
        ('holds = "isbn"', {}, "“H” is missing for ‘Tide’: add it (Describe…)."),
        ('holds = "publication_date"', {}, "say when it was published (Describe…)."),
        ('holds = "share_percent"', {"shares": [share("Ana", "unknown", did=ME)]}, "your share is"),
        (
            'holds = "co_owner_contacts"',
            {"shares": [share("Ana", "1/2", did=ME), share("Ben", "1/2")]},
            "“H” of Ben is missing for ‘Tide’: write down how to reach them",
        ),
        (
            'holds = "publication_date"\ndate_format = "YYYY-MM"',
            {"work": {"publication": {"published": True, "date": "2025"}}},
            "“H” of ‘Tide’ is only known as 2025, and the form wants YYYY-MM",
        ),
        (
            'holds = "title"\nmax_characters = 3',
            {},
            "“H” of ‘Tide’ has 4 characters, and the form takes 3: shorten it",
        ),
        (
            'holds = "title"',
            {"title": "x" * 40_000},
            "has 40000 characters, and the form takes 32767",
        ),
        (
            'holds = "kind"\nallowed = ["photo"]',
            {},
            "is 'image', and the form takes only these: photo",
        ),
        ('holds = "title"', {"work": {"kind": "sound"}}, "It takes images."),
    ],
    ids=range(9),
)
def test_what_lacks_is_named(column: str, said: dict[str, Any], why: str) -> None:
    assert why in why_not(f"{column}\nrequired = true", **said)


def test_all_that_a_work_lacks_is_told_at_once_and_the_others_go_on() -> None:
    columns = [
        f'heading = "{name}"\nholds = "{name}"\nrequired = true' for name in ("isbn", "issn")
    ]
    numbers = [{"scheme": "isbn", "value": "1"}, {"scheme": "issn", "value": "2"}]
    sources = [source("Bare", 1), source("Full", 2, work={"identifiers": numbers})]
    rows, left_out = fill(form_of(*columns), sources)
    assert [row.source.title for row in rows] == ["Full"]
    assert len(left_out[0].problems) == 2


def test_what_is_not_known_may_have_a_word_of_its_own() -> None:
    unknown = [share("Ana", "unknown", did=ME)]
    column = 'holds = "share_percent"\nrequired = true\nif_missing = "unknown"'
    assert cell(column, shares=unknown) == "unknown"
    assert cell('holds = "ai_involvement"\nvalues = { unknown = "?" }') == "?"


def test_columns_without_a_fact_and_words_of_the_form() -> None:
    assert cell('always = "Group 7"') == "Group 7"
    assert cell('holds = "capacity"\nvalues = { author = "AU" }\nallowed = ["AU"]') == "AU"


def test_rows_are_counted_anew_in_each_sheet() -> None:
    form = form_of('heading = "N"\nholds = "row_number"', 'heading = "T"\nholds = "title"')
    assert form.columns[0].holds is Fact.ROW_NUMBER
    rows, _ = fill(form, [source(f"t{n}", n) for n in range(1, 4)])
    assert numbered(form, rows[1:]) == [("1", "t2"), ("2", "t3")]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("two\r\nlines\tand\x00more", "two lines and more"),
        ("gnp\u202efdp.exe", "gnpfdp.exe"),
        ("a\u2066b\u2069", "ab"),
        ("caf\udce9.jpg", "caf?.jpg"),
        ("שלום é 👩\u200d🎨", "שלום é 👩\u200d🎨"),
    ],
)
def test_a_cell_is_one_line_of_plain_text(text: str, plain: str) -> None:
    assert plain_cell(text) == plain


def test_files_of_one_name_are_told_apart() -> None:
    form = form_of('heading = "T"\nholds = "title"', 'heading = "F"\nholds = "file_name"')
    files = ["IMG.jpg", "img.JPG", "one:two.png", "other.png"]
    rows, _ = fill(form, [source(f"t{n}", n, file=name) for n, name in enumerate(files)])
    taken: set[str] = set()
    made = [renamed(form, row, taken) for row in rows]
    names = ["IMG.jpg", "img (2).JPG", "one_two.png", "other.png"]
    assert [row.cells[1] for row in made] == names
    assert [row.source.file_name for row in made] == names
    assert made[3] is rows[3]


def test_terms_in_columns_of_their_own_and_as_a_text() -> None:
    terms = {
        "version": 3,
        "uses": {
            "train": "allow", "train-generative": "allow", "input": "unset",
            "output": "constrained", "search": "allow", "mining": "deny",
        },
        "price": {"model": "per-use", "amount": "0.50", "currency": "EUR"},
        "licensees": [{"name": "Lumen", "uses": {"train": "deny"}}],
        "expires": "2027-01-31",
        "address": "https://ana.example/terms",
    }  # fmt: skip
    form = form_of(
        'heading = "AI may train"\nholds = "terms_train"\nvalues = { deny = "N", allow = "Y" }',
        'heading = "As input"\nholds = "terms_input"\nif_missing = "not said"',
        'heading = "Generative"\nholds = "terms_train_generative"\nvalues = { allow = "Y" }',
        'heading = "All"\nholds = "terms"',
        'heading = "Where"\nholds = "terms_address"',
    )
    said = source()
    (row,), left_out = fill(form, [replace(said, document={**said.document, "terms": terms})])
    assert left_out == []
    assert row.cells[:2] == ("N", "not said"), "one licensee may not, and the column names none"
    assert row.cells[2] == "constrained", "a yes that ends is no plain yes"
    assert row.cells[4] == "https://ana.example/terms"
    assert row.cells[3] == (
        "Training: yes. Training generative AI: yes. Use as input: nothing said. "
        "Use in output: only on conditions. Search: yes. Text and data mining: no. "
        "For Lumen: training no. "
        "Price: 0.50 EUR for each use. What is permitted ends after 2027-01-31. Full "
        "terms: https://ana.example/terms."
    )
