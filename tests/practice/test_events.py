"""The feed: in order, a page at a time, replayable, and only one's own."""

from __future__ import annotations

import pytest

from tests.practice.claimant import Claimant
from tests.practice.contract import contract_session


def test_pages_add_up_to_the_whole(ana: Claimant, ben: Claimant) -> None:
    for index in range(7):
        ana.submit(ana.claim(f"a {index}"))
        ben.submit(ben.claim(f"b {index}"))
    whole = ana.events()
    assert [event["type"] for event in whole] == ["claim.accepted"] * 7
    found, after = [], "000000"
    for expected in (True, True, False):
        page = ana.send("GET", f"/events?after={after}&limit=3").json()
        assert page["more"] is expected
        found += page["events"]
        after = page["next"]
    assert found == whole
    assert ana.events() == whole
    assert len(ben.events()) == 7
    cursors = [event["cursor"] for event in whole]
    assert cursors == sorted(set(cursors))


def test_an_empty_page_gives_the_cursor_back(ana: Claimant) -> None:
    assert ana.send("GET", "/events").json() == {"events": [], "next": "000000", "more": False}
    ana.submit(ana.claim())
    last = ana.events()[-1]["cursor"]
    assert ana.send("GET", f"/events?after={last}").json() == {
        "events": [],
        "next": last,
        "more": False,
    }


@pytest.mark.parametrize(
    "query",
    [
        "after=1",
        "after=00000x",
        "after=",
        "after=000000&after=000000",
        "after=999999999999999999",
        "limit=0",
        "limit=501",
        "limit=-1",
        "limit=a",
        "limit=",
        "x=1",
    ],
)
def test_a_malformed_query_is_refused(ana: Claimant, query: str) -> None:
    ana.session = contract_session(requests_too=False)
    response = ana.send("GET", f"/events?{query}")
    assert response.status_code == 400


def test_a_cursor_never_given_is_refused(ana: Claimant) -> None:
    response = ana.send("GET", "/events?after=000001")
    assert response.json()["type"].endswith("unknown-cursor")
