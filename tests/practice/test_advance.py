"""Time passing: in another process, without a server, in order, and all or nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from desktop.errors import UsageProblem
from desktop.identity.keys import SigningKey
from desktop.practice import advance as advancing
from desktop.practice.advance import Advanced, advance
from desktop.practice.clock import MAX_MONTHS, plus_months
from desktop.practice.keyfile import KEY_FILE
from desktop.practice.server import PracticeServer
from desktop.practice.statements import close_month
from tests.practice.claimant import Claimant
from tests.practice.conftest import START, fixed_clock

PassMonths = Callable[[int], Advanced]
ADVANCE = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from desktop.practice.advance import advance
done = advance(Path(sys.argv[1]), 3, clock=lambda: datetime(2026, 1, 15, 12, tzinfo=UTC))
print(done.statements, done.remittances, len(done.bank_files))
"""


def test_three_months_tell_a_whole_story(
    server: PracticeServer, ana: Claimant, pass_months: PassMonths, tmp_path: Path
) -> None:
    ana.submit(*(ana.claim(f"work {index}") for index in range(10)))
    ana.events()
    done = pass_months(3)
    assert done.now == datetime(2026, 4, 15, 12, tzinfo=UTC)
    assert (done.months, done.statements, done.remittances) == (3, 3, 2)
    story = [(event["type"], event["time"]) for event in ana.events()[10:]]
    assert story == [
        ("statement.issued", "2026-02-03T06:00:00Z"),
        ("remittance.sent", "2026-02-23T06:00:00Z"),
        ("statement.issued", "2026-03-03T06:00:00Z"),
        ("remittance.sent", "2026-03-23T06:00:00Z"),
        ("statement.issued", "2026-04-03T06:00:00Z"),
    ]
    for statement in ana.statements():
        assert 20 <= float(statement["gross"]) <= 60
    assert [path.name[:7] for path in done.bank_files] == ["2026-02", "2026-03"]
    assert all(path.parent == tmp_path / "registry" / "bank" for path in done.bank_files)


@pytest.mark.parametrize("day", [1, 2, 3, 4, 15, 22, 23, 24, 29, 30, 31])
def test_three_months_pay_at_least_twice_on_any_day(tmp_path: Path, day: int) -> None:
    def clock() -> datetime:
        return datetime(2026, 10, day, 0, 0, tzinfo=UTC)

    with PracticeServer(tmp_path, clock=clock) as server:
        ana = Claimant(server.url)
        ana.submit(ana.claim())
        done = advance(tmp_path, 3, clock=clock)
    assert done.remittances >= 2
    assert len(done.bank_files) == done.remittances


def test_another_process_moves_a_running_servers_clock(
    server: PracticeServer, ana: Claimant, tmp_path: Path
) -> None:
    ana.submit(ana.claim())
    ana.events()
    command = [sys.executable, "-W", "error", "-c", ADVANCE, str(tmp_path / "registry")]
    ended = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path.cwd())
    assert ended.stdout == "3 2 2\n"
    assert len(ana.statements()) == 3
    ana.submit(ana.claim("later"))
    assert ana.events()[-1]["time"] == "2026-04-15T12:00:00Z"


def test_months_pass_while_claims_come_in(
    server: PracticeServer, ana: Claimant, pass_months: PassMonths
) -> None:
    claims = [ana.claim(f"work {index}") for index in range(10)]
    with ThreadPoolExecutor(1) as pool:
        passing = [pool.submit(pass_months, 1) for _ in range(4)]
        for claim in claims:
            ana.submit(claim)
            ana.events()
        assert passing[-1].result().now == datetime(2026, 5, 15, 12, tzinfo=UTC)
    accepted = [event["claim"] for event in ana.events() if event["type"] == "claim.accepted"]
    assert len(set(accepted)) == len(accepted) == 10
    earned = [
        (line["claim"], line["period"]["start"])
        for statement in ana.statements()
        for line in statement["lines"]
        if line["use"] == "training"
    ]
    assert len(set(earned)) == len(earned)


def test_time_passes_without_a_server(tmp_path: Path) -> None:
    with PracticeServer(tmp_path, clock=fixed_clock) as server:
        ana = Claimant(server.url)
        ana.submit(ana.claim())
    assert advance(tmp_path, 3, clock=fixed_clock).statements == 3
    with PracticeServer(tmp_path, clock=fixed_clock) as server:
        assert len(ana.statements()) == 3


def test_months_also_pass_by_themselves(tmp_path: Path) -> None:
    times = [START]
    with PracticeServer(tmp_path, clock=lambda: times[0]) as server:
        ana = Claimant(server.url)
        ana.submit(ana.claim())
        ana.events()
        times[0] = datetime(2026, 3, 1, tzinfo=UTC)
        types = [event["type"] for event in ana.events()]
    assert types == ["claim.accepted", "statement.issued", "remittance.sent"]
    assert len(list((tmp_path / "bank").iterdir())) == 1


def test_the_same_claims_and_clock_give_the_same_money(tmp_path: Path) -> None:
    seed, owner = SigningKey(b"r" * 32), Claimant(key=SigningKey(b"a" * 32))
    claims = [owner.claim(f"work {index}") for index in range(4)]
    results = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / KEY_FILE).write_text(seed.seed.hex())
        with PracticeServer(folder, clock=fixed_clock) as server:
            owner.url = server.url
            owner.submit(*claims)
            owner.events()
            files = advance(folder, 4, clock=fixed_clock).bank_files
            results.append((owner.statements(), [path.read_bytes() for path in files]))
    assert results[0] == results[1]


def test_one_month_at_a_time_is_the_same_as_many(tmp_path: Path) -> None:
    owner = Claimant()
    claims = [owner.claim(f"work {index}") for index in range(3)]
    found: list[Any] = []
    for steps in ([4], [1, 1, 1, 1]):
        with PracticeServer(tmp_path / str(len(steps)), clock=fixed_clock) as server:
            owner.url = server.url
            owner.submit(*claims)
            owner.events()
            for months in steps:
                now = advance(tmp_path / str(len(steps)), months, clock=fixed_clock).now
            lines = [statement["lines"] for statement in owner.statements()]
            found.append((now, lines, [event["time"] for event in owner.events()]))
    assert found[0] == found[1]


def test_a_month_that_fails_has_not_happened(
    server: PracticeServer,
    ana: Claimant,
    pass_months: PassMonths,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ana.submit(ana.claim())
    ana.events()
    calls: list[Any] = []

    def fails_the_second_time(*args: Any) -> int:
        calls.append(args)
        if len(calls) == 2:
            raise OSError("the power went")
        return close_month(*args)

    with monkeypatch.context() as patch:
        patch.setattr(advancing, "close_month", fails_the_second_time)
        with pytest.raises(OSError, match="power"):
            pass_months(3)
    types = [event["type"] for event in ana.events()]
    assert types == ["claim.accepted", "statement.issued"]
    done = pass_months(2)
    assert (done.statements, done.remittances) == (2, 2)
    assert done.now == datetime(2026, 4, 15, 12, tzinfo=UTC)


def test_a_bank_file_that_was_not_written_is_written_later(
    server: PracticeServer, ana: Claimant, pass_months: PassMonths
) -> None:
    ana.submit(ana.claim())
    first = pass_months(2).bank_files[0]
    before = first.read_bytes()
    first.unlink()
    assert first in pass_months(1).bank_files
    assert first.read_bytes() == before


def test_where_there_is_no_registry(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="no practice registry"):
        advance(tmp_path / "nothing", 1)
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("months", [0, -1, MAX_MONTHS + 1])
def test_a_number_of_months_that_makes_no_sense(pass_months: PassMonths, months: int) -> None:
    with pytest.raises(UsageProblem):
        pass_months(months)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2027, 12, 31), 2, (2028, 2, 29)),
        ((2026, 11, 22), 3, (2027, 2, 22)),
        ((2026, 12, 1), 1, (2027, 1, 1)),
        ((2026, 3, 31), 120, (2036, 3, 31)),
    ],
)
def test_months_are_calendar_months(
    start: tuple[int, int, int], months: int, end: tuple[int, int, int]
) -> None:
    moment = datetime(*start, 7, 30, tzinfo=UTC)
    assert plus_months(moment, months) == datetime(*end, 7, 30, tzinfo=UTC)


def test_the_clock_has_an_end() -> None:
    with pytest.raises(UsageProblem):
        plus_months(datetime(9000, 12, 1, tzinfo=UTC), 1)
