"""What no share gives to anybody is told by work, with what would mend it, until it is mended."""

from __future__ import annotations

from datetime import date

import pytest

from desktop.flows.dividing import divide_again
from desktop.flows.handing_on import record_payout
from desktop.flows.unshared import not_given, what_to_do
from desktop.model.allocations import Unshared, WhyNobody
from desktop.model.works import Right
from desktop.services import Services
from desktop.store import shares as shares_store
from desktop.store import works
from tests.flows.sharing import add_shares, eur, pay, shared_work

THIRDS = {"me": "2/3", "Ben": "1/3"}


def only(services: Services) -> Unshared:
    (found,) = not_given(services)
    return found


@pytest.mark.parametrize(
    ("parts", "rights", "why", "says"),
    [
        (THIRDS, (Right.OUTPUT,), WhyNobody.NO_RIGHT, "Give every right the same shares"),
        ({"me": "2/3", "Ben": "2/3"}, tuple(Right), WhyNobody.TOO_MUCH, "more than the whole"),
        ({"me": "1/2"}, tuple(Right), WhyNobody.LEFT_OPEN, "Say whose it is"),
        ({"me": "1/2", "Ben": "unknown"}, tuple(Right), WhyNobody.LEFT_OPEN, "Say whose it is"),
    ],
)
def test_why_it_is_nobodys_and_that_other_shares_mend_it(
    studio: Services,
    parts: dict[str, str],
    rights: tuple[Right, ...],
    why: WhyNobody,
    says: str,
) -> None:
    song = shared_work(studio, parts, rights=rights)
    paid = pay(studio, {song: "90"}, line_changes={"right": "", "use": "stream"})
    found = only(studio)
    assert (found.work_id, found.why, found.payments) == (song, why, (paid,))
    assert found.amount == (eur("45") if why is WhyNobody.LEFT_OPEN else eur("90"))
    assert says in what_to_do(found)
    share_anew(studio, song)
    assert not_given(studio) == []


def test_what_was_kept_as_it_was_is_divided_again(studio: Services) -> None:
    """Two payments of a work are one; kept divided, they need one step more."""
    song = shared_work(studio, {"me": "1/2", "Ben": "1/4"})
    first = pay(studio, {song: "10"})
    second = pay(studio, {song: "20"}, number="S-2", month=date(2026, 2, 1))
    assert (only(studio).amount, only(studio).recorded) == (eur("7.50"), ())
    record_payout("Ben", "1", "EUR", studio)
    assert only(studio).why is WhyNobody.LEFT_OPEN
    share_anew(studio, song)
    mended = only(studio)
    assert (mended.why, mended.recorded) == (None, (first, second))
    assert "divide it again" in what_to_do(mended)
    assert divide_again(mended.recorded, studio) == 2
    assert not_given(studio) == []


def share_anew(services: Services, song: int) -> None:
    with services.store.write() as tx:
        shares_store.replace(tx, song, ())
    add_shares(services, song, THIRDS)
    with services.store.read() as connection:
        assert len(works.get(connection, song).shares) == 2 * len(Right)
