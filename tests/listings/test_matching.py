"""Works are found on a list by number, hash, address and name; and no others."""

from __future__ import annotations

import random
import time

import pytest

from desktop.errors import TableProblem
from desktop.listings.columns import listed_work, recognise
from desktop.listings.matching import Library, plain
from desktop.model.listings import Certainty, LibraryWork, ListedWork
from desktop.tables.reading import Row, read_table

SHA = "ab" * 32
WORKS = [
    LibraryWork(
        work_id=1,
        title="The Harbour at Dawn",
        creators=("Ana Sousa",),
        numbers=(("isbn", "9783161484100"),),
        hashes=(SHA, "ISCC:KACT4EBWK27737D2"),
        file_names=("harbour at dawn.jpg",),
    ),
    LibraryWork(work_id=2, title="Low Tide", creators=("Ana Sousa", "Ben Okafor")),
    LibraryWork(work_id=3, title="Low Tide"),
    LibraryWork(work_id=4, title="Œuvres complètes", creators=("Zoë Müller",)),
]


def found(**row: object) -> list[tuple[int, Certainty]]:
    listed = ListedWork(line=2, **row)  # type: ignore[arg-type]
    return [(match.work_id, match.certainty) for match in Library(WORKS).matches(listed)]


def test_by_number_and_by_hash() -> None:
    assert found(numbers=(("isbn", "9783161484100"),)) == [(1, Certainty.SURE)]
    assert found(hashes=(SHA,)) == [(1, Certainty.SURE)]
    assert found(hashes=("ISCC:KACT4EBWK27737D2",)) == [(1, Certainty.SURE)]
    assert found(numbers=(("isbn", "9780306406157"),), title="Something else") == []


def test_by_name() -> None:
    assert found(title="HARBOUR AT DAWN", authors=("Sousa, Ana",)) == [(1, Certainty.LIKELY)]
    assert found(title="Harbor at Dawn", authors=("Ana Sousa",)) == [(1, Certainty.LIKELY)]
    assert found(title="Harbour at Dawn", authors=("Someone Else",)) == []
    assert found(title="low tide", authors=("Ben Okafor",)) == [
        (2, Certainty.LIKELY),
        (3, Certainty.POSSIBLE),
    ]
    assert found(title="Oeuvres completes", authors=("Zoe Muller",)) == []
    assert found(title="Œuvres complètes", authors=("Zoe Mueller",)) == [(4, Certainty.LIKELY)]
    assert found(title="Low") == []


def test_by_the_file_name_in_an_address() -> None:
    address = "https://cdn.example/i/Harbour%20at%20Dawn.jpg?w=5"
    assert found(addresses=(address,)) == [(1, Certainty.POSSIBLE)]


def test_names_made_plain() -> None:
    assert plain("The Harbour, at DAWN!.jpg") == "harbour at dawn"
    assert plain("Über  die Brücke") == "uber brucke"


@pytest.mark.parametrize(
    ("header", "uses"),
    [
        ("Work Title,Author(s),ISBN-13", {"title", "author", "isbn"}),
        ("Titel;Urheber;ISRC", {"title", "author", "isrc"}),
        ("image_url,sha256,by", {"address", "hash", "author"}),
        ("Registration Number,Name", {"copyright", "title"}),
    ],
)
def test_columns_are_recognised(header: str, uses: set[str]) -> None:
    assert recognise(read_table(header.encode() + b"\n").columns).by_use.keys() == uses


def test_a_list_that_says_nothing_is_refused() -> None:
    with pytest.raises(TableProblem, match="It has: a, b"):
        recognise(("a", "b"))


def test_a_row_with_a_wrong_number_keeps_the_rest() -> None:
    columns = recognise(("title", "isbn", "author", "hash"))
    cells = {
        "title": "A",
        "isbn": "3-16-148410-1; 978-3-16-148410-0",
        "author": "Ana Sousa and Ben Okafor; Cleo",
        "hash": f"sha256:{SHA.upper()}",
    }
    row = listed_work(Row(7, cells), columns)
    assert row.numbers == (("isbn", "9783161484100"),)
    assert row.authors == ("Ana Sousa", "Ben Okafor", "Cleo")
    assert row.hashes == (SHA,)


def test_a_long_list_and_a_large_library_take_seconds() -> None:
    """Growing with both together would take minutes: 20,000 × 20,000 comparisons."""
    chance = random.Random(1)
    words = ["".join(chance.choices("abcdefghijklmnop", k=7)) for _ in range(9000)]

    def title() -> str:
        return " ".join(chance.choices(words, k=4))

    titles = [title() for _ in range(20_000)]
    library = Library(
        LibraryWork(work_id=number, title=name, creators=("Ana",))
        for number, name in enumerate(titles, start=1)
    )
    rows = [
        ListedWork(line=n, title=titles[n] if n % 100 == 0 else title(), authors=("Ana",))
        for n in range(20_000)
    ]
    started = time.process_time()
    matches = [match for row in rows for match in library.matches(row)]
    assert len([match for match in matches if match.score == 100]) >= 200
    assert time.process_time() - started < 30
