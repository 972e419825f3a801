"""Proofs of time: queued offline, promised, proved later; and who lies proves nothing."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.errors import UsageProblem
from desktop.flows.checking import verify_library
from desktop.flows.syncing import add_registry, sync
from desktop.flows.timestamping import add_public_calendars, add_service, use_service
from desktop.model.times import utc_now
from desktop.model.timestamps import ServiceKind, Timestamp, TimestampState
from desktop.services import Services
from desktop.store import claims, timestamps
from desktop.timestamps import opentimestamps_proof
from tests.registries.stub import Answer
from tests.studio import add_works, queue
from tests.timestamps.givers import HEIGHT, Authority, Calendar

NOWHERE = "https://painters.example"
needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is the authority")


def known(services: Services) -> list[Timestamp]:
    with services.store.read() as connection:
        return timestamps.everything(connection)


def later(services: Services, **span: float) -> None:
    services.now = lambda: utc_now() + timedelta(**span)


@pytest.fixture
def claimed(studio: Services) -> Services:
    """A studio with two claims for a registry that is not there."""
    add_registry("Painters", NOWHERE, studio)
    queue(studio, add_works(studio, 2), "Painters")
    return studio


@pytest.fixture
def calendar() -> Iterator[Calendar]:
    with Calendar() as made:
        yield made


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Authority]:
    with Authority(tmp_path / "authority") as made:
        yield made


def use(services: Services, calendar: Calendar, name: str = "Alice") -> None:
    add_service(name, ServiceKind.OPENTIMESTAMPS, calendar.url, services)


def test_nothing_is_asked_for_before_a_service_is_added(claimed: Services) -> None:
    sync(claimed)
    assert known(claimed) == []
    with claimed.store.read() as connection:
        assert timestamps.count_not_listed(connection) == 2


def test_promised_then_proved(claimed: Services, calendar: Calendar) -> None:
    use(claimed, calendar)
    done = sync(claimed)
    [one] = known(claimed)
    assert (one.state, one.claims) == (TimestampState.PROMISED, 2)
    assert [name for name, _ in done.problems] == ["Painters"]
    assert [(method, path) for method, path, _ in calendar.calls] == [("POST", "/digest")]
    assert calendar.calls[0][2] == hashlib.sha256(one.document).digest()
    with claimed.store.read() as connection:
        hashes = {claim_hash for _, claim_hash, _ in claims.documents(connection)}
    assert set(one.document.decode().split()) == hashes

    sync(claimed)
    assert len(calendar.calls) == 1  # not before an hour has passed
    later(claimed, hours=2)
    sync(claimed)
    assert known(claimed)[0].state is TimestampState.PROMISED
    calendar.mined = True
    later(claimed, hours=4)
    sync(claimed)
    [one] = known(claimed)
    [root] = calendar.roots().values()
    assert one.state is TimestampState.PROVED
    assert one.said == f"Bitcoin block {HEIGHT}, if its Merkle root is {root}"
    before = len(calendar.calls)
    later(claimed, days=30)
    sync(claimed)
    assert len(calendar.calls) == before


def test_only_the_calendar_itself_is_asked_again(claimed: Services, calendar: Calendar) -> None:
    """A promise may name any address; it is not where the question goes."""
    with Calendar() as other:
        calendar.says = other.url
        use(claimed, calendar)
        sync(claimed)
        later(claimed, hours=2)
        sync(claimed)
        assert other.calls == []
    assert [method for method, _, _ in calendar.calls] == ["POST", "GET"]


def test_new_claims_go_on_a_new_list_and_a_new_service_gets_the_old_ones(
    claimed: Services, calendar: Calendar
) -> None:
    use(claimed, calendar)
    sync(claimed)
    queue(claimed, add_works(claimed, 1, word="later"), "Painters")
    sync(claimed)
    assert [one.claims for one in known(claimed)] == [1, 2]
    with Calendar() as second:
        use(claimed, second, "Bob")
        sync(claimed)
        assert len(second.calls) == 2
        use_service("Bob", claimed, used=False)
        queue(claimed, add_works(claimed, 1, word="last"), "Painters")
        sync(claimed)
        assert len(second.calls) == 2


def test_offline_it_waits_in_the_store(claimed: Services, calendar: Calendar) -> None:
    add_service("Gone", ServiceKind.OPENTIMESTAMPS, "http://127.0.0.1:9", claimed)
    use(claimed, calendar)
    done = sync(claimed)
    words = {name: str(problem) for name, problem in done.problems}
    assert words["Gone"].startswith("Gone cannot be reached")
    states = {one.service.name: (one.state, one.last_problem) for one in known(claimed)}
    assert states["Alice"] == (TimestampState.PROMISED, "")
    assert states["Gone"][0] is TimestampState.QUEUED
    assert "cannot be reached" in states["Gone"][1]


LIES = {
    "nothing": Answer(body=b""),
    "words": Answer(body=b"<html>hello</html>"),
    "an unknown kind of proof": Answer(body=b"\x00" + b"\x01" * 8 + b"\x00"),
    "deeper than any proof": Answer(body=b"\x08" * 9_000),
    "far too much": Answer(body=b"\x00" * 20_000),
    "more than a proof": Answer(
        body=b"\x00" + bytes.fromhex("83dfe30d2ef90c8e") + b"\x02\x01a" + b"more"
    ),
    "busy": Answer(status=503, headers={"Retry-After": "120"}),
    "an error": Answer(status=500),
    "elsewhere": Answer(status=302, headers={"Location": "http://127.0.0.1:9/"}),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_calendar_that_lies_proves_nothing(
    claimed: Services, calendar: Calendar, lie: str
) -> None:
    calendar.answer = lambda _method, _path, _body: LIES[lie]
    use(claimed, calendar)
    done = sync(claimed)
    assert "Alice" in dict(done.problems)
    [one] = known(claimed)
    assert (one.state, one.proof) == (TimestampState.QUEUED, b"")
    assert one.last_problem.startswith(("What Alice answered", "Alice"))
    calendar.answer = calendar._answer
    sync(claimed)
    assert known(claimed)[0].state is TimestampState.PROMISED


def test_an_upgrade_for_something_else_leaves_the_promise(
    claimed: Services, calendar: Calendar
) -> None:
    use(claimed, calendar)
    sync(claimed)
    calendar.answer = lambda _method, _path, _body: Answer(body=b"\x00" * 40)
    later(claimed, hours=2)
    assert "Alice" in dict(sync(claimed).problems)
    assert known(claimed)[0].state is TimestampState.PROMISED


@needs_openssl
def test_an_authority(claimed: Services, authority: Authority) -> None:
    add_service("City", ServiceKind.RFC3161, authority.url, claimed, roots=authority.roots)
    sync(claimed)
    [one] = known(claimed)
    assert one.state is TimestampState.PROVED
    assert "UTC, signed by CN=Test" in one.said
    assert one.said.startswith(f"{utc_now():%Y-%m-%d}")
    assert len(authority.calls) == 1


@needs_openssl
def test_an_authority_that_is_not_the_one_trusted(
    claimed: Services, authority: Authority, tmp_path: Path
) -> None:
    with Authority(tmp_path / "other") as other:
        add_service("City", ServiceKind.RFC3161, authority.url, claimed, roots=other.roots)
        done = sync(claimed)
    assert "does not verify" in str(dict(done.problems)["City"])
    assert known(claimed)[0].proof == b""


@needs_openssl
def test_an_old_answer_of_an_authority_is_not_taken(
    claimed: Services, authority: Authority
) -> None:
    """The nonce binds an answer to its request."""
    add_service("City", ServiceKind.RFC3161, authority.url, claimed, roots=authority.roots)
    sync(claimed)
    old = known(claimed)[0].proof
    authority.answer = lambda _method, _path, _body: Answer(body=old)
    queue(claimed, add_works(claimed, 1, word="later"), "Painters")
    done = sync(claimed)
    assert "does not verify" in str(dict(done.problems)["City"])


@pytest.mark.parametrize(
    ("kind", "url", "roots", "words"),
    [
        (ServiceKind.OPENTIMESTAMPS, "http://calendar.example", b"", "starts with https"),
        (ServiceKind.OPENTIMESTAMPS, "file:///etc/passwd", b"", "starts with https"),
        (ServiceKind.RFC3161, "https://time.example", b"", "root certificate"),
        (ServiceKind.RFC3161, "https://time.example", b"hello", "no certificate"),
    ],
)
def test_services_that_cannot_be_added(
    studio: Services, kind: ServiceKind, url: str, roots: bytes, words: str
) -> None:
    with pytest.raises(UsageProblem, match=words):
        add_service("City", kind, url, studio, roots=roots)


def test_public_calendars_are_added_once(studio: Services) -> None:
    assert len(add_public_calendars(studio)) == 4
    assert add_public_calendars(studio) == []


def test_verified(claimed: Services, calendar: Calendar) -> None:
    use(claimed, calendar)
    sync(claimed)

    def ok() -> tuple[bool, str]:
        [check] = [one for one in verify_library(claimed) if one.check == "proofs of time"]
        return check.ok, check.detail

    assert ok() == (True, "The one proof holds.")
    [one] = known(claimed)
    with claimed.store.write() as tx:
        tx.execute("DROP TRIGGER timestamp_proofs_no_update")
        tx.execute("UPDATE timestamp_proofs SET document = ?", (one.proof[:-3],))
    assert not ok()[0]


def test_proofs_of_several_calendars_are_one_file(claimed: Services, calendar: Calendar) -> None:
    use(claimed, calendar)
    with Calendar() as second:
        second.says = "https://elsewhere.example"
        use(claimed, second, "Bob")
        sync(claimed)
    proofs = [one.proof for one in known(claimed)]
    digest = bytes.fromhex(known(claimed)[0].list_hash)
    whole = opentimestamps_proof.read_proof(opentimestamps_proof.merged(proofs), digest)
    assert len(whole.pending) == 1  # both add the same to the hash, and are two promises of it
