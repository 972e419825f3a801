"""A published list is compared, the result kept with its date, decided on, and claimed from."""

from __future__ import annotations

import pytest

from desktop.errors import Cancelled, TableProblem, UsageProblem
from desktop.flows.describing import WorkChanges, edit_works
from desktop.flows.listing import claim_listed, decide, listed_works, look_up
from desktop.flows.syncing import add_registry
from desktop.model.listings import MatchState
from desktop.model.works import Creator, Identifier
from desktop.services import Services
from desktop.store import listings
from tests.studio import REGISTRY, add_works, entries


@pytest.fixture
def three(studio: Services) -> Services:
    add_works(studio, 3)
    isbn = Identifier(scheme="isbn", value="9783161484100")
    edit_works([1], WorkChanges(identifiers=[isbn]), studio)
    edit_works([2], WorkChanges(title="Low Tide", creators=[Creator(name="Ana")]), studio)
    return studio


LIST = b"title,author,isbn\nsomething,x,978-3-16-148410-0\nLow tide,Ana,\nnothing,nobody,\n"


def test_what_is_found_is_kept_with_its_day(three: Services) -> None:
    done = look_up(LIST, "settlement", three)
    assert done.problem is None
    looked = done.looked
    assert (looked.rows, looked.works, looked.matches, looked.left_out) == (3, 3, 2, 0)
    with three.store.read() as connection:
        (sure, likely) = listings.matches(connection, looked.listing_id)
    assert (sure[0].line, sure[0].work_id, sure[2]) == (2, 1, MatchState.PROPOSED)
    assert likely[0].reason == "the same title and the same author"
    assert listed_works(looked.listing_id, three) == [1]


def test_not_listed_is_a_result_too(three: Services) -> None:
    looked = look_up(b"title\nNobody's work\n", "other", three).looked
    assert (looked.works, looked.matches) == (3, 0)
    with three.store.read() as connection:
        assert [one.name for one in listings.everything(connection)] == ["other"]


def test_what_is_decided_is_claimed(three: Services) -> None:
    add_registry(REGISTRY, "https://painters.example", three)
    looked = look_up(LIST, "settlement", three).looked
    decide(looked.listing_id, 3, 2, MatchState.CONFIRMED, three)
    decide(looked.listing_id, 2, 1, MatchState.REJECTED, three)
    assert [item.work_id for item in claim_listed(looked.listing_id, REGISTRY, three)] == [2]
    assert len(entries(three)) == 1
    decide(looked.listing_id, 2, 1, MatchState.CONFIRMED, three)
    assert listed_works(looked.listing_id, three) == [1, 2]
    with pytest.raises(UsageProblem, match="not matched"):
        decide(looked.listing_id, 4, 1, MatchState.CONFIRMED, three)
    with pytest.raises(UsageProblem, match="no list 9"):
        listed_works(9, three)


def test_what_cannot_be_read_keeps_nothing(three: Services) -> None:
    with pytest.raises(TableProblem):
        look_up(b"a,b\n1,2\n", "other", three)
    with pytest.raises(Cancelled):
        look_up(b"title\n" + b"x\n" * 3000, "long", three, cancelled=lambda: True)
    with three.store.read() as connection:
        assert listings.everything(connection) == []
