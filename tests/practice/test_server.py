"""Starting, stopping and starting again; one folder, one registry."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import pytest
import requests

from desktop.errors import KeyProblem, StoreDamaged, StoreProblem, StoreTooNew, UsageProblem
from desktop.practice.keyfile import KEY_FILE
from desktop.practice.ledger import LEDGER_FILE, Ledger
from desktop.practice.server import PracticeServer
from tests.practice.claimant import Claimant, hash_of

SERVE = """
import json, sys
from pathlib import Path
from desktop.practice.server import serve
serve(Path(sys.argv[1]), 0, [], lambda about: print(json.dumps(about), flush=True))
print("ended", flush=True)
"""


def test_a_restart_keeps_everything(tmp_path: Path) -> None:
    with PracticeServer(tmp_path) as server:
        ana = Claimant(server.url)
        claim = ana.claim()
        outcome = ana.submit(claim)
        events = ana.events()
        port, did = server.port, server.did
    with PracticeServer(tmp_path) as again:
        assert (again.port, again.did) == (port, did)
        assert ana.submit(claim) == outcome
        assert ana.events() == events
        assert ana.events(events[-1]["cursor"]) == []


def test_one_server_starts_and_stops_again(tmp_path: Path) -> None:
    server = PracticeServer(tmp_path)
    urls = set()
    for _ in range(2):
        server.start()
        urls.add(server.url)
        assert requests.get(server.url + "/.well-known/open-claims", timeout=5).ok
        server.stop()
        server.stop()
    assert len(urls) == 1
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url, timeout=5)


def test_starting_twice_is_refused(server: PracticeServer) -> None:
    with pytest.raises(UsageProblem):
        server.start()


def test_the_port_of_last_time_may_be_taken(tmp_path: Path) -> None:
    with PracticeServer(tmp_path) as server:
        port = server.port
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        with PracticeServer(tmp_path) as server:
            assert server.port != port
        with pytest.raises(UsageProblem, match="taken"):
            PracticeServer(tmp_path, port).start()


def test_it_listens_on_the_loopback_only(server: PracticeServer) -> None:
    with socket.socket() as probe:
        probe.settimeout(1)
        with pytest.raises(OSError, match=r"refused|timed out"):
            probe.connect(("127.0.0.2", server.port))


@pytest.mark.alone
def test_stopping_is_quick_and_leaves_nothing(tmp_path: Path) -> None:
    before = threading.active_count()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        server = PracticeServer(tmp_path)
        server.start()
        session = requests.Session()
        session.get(server.url + "/.well-known/open-claims", timeout=5)
        with socket.create_connection(("127.0.0.1", server.port)) as half:
            half.sendall(b"POST /claims HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
            start = time.perf_counter()
            server.stop()
            assert time.perf_counter() - start < 1
    session.close()
    assert threading.active_count() <= before


def test_it_prints_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with PracticeServer(tmp_path, misbehave=["drop-after-commit:1", "slow:1"]) as server:
        for _ in range(2):
            with pytest.raises(requests.RequestException):
                requests.get(server.url + "/events", timeout=0.2)
    assert capfd.readouterr() == ("", "")


def test_the_secrets_are_the_owners_only(server: PracticeServer, tmp_path: Path) -> None:
    assert (tmp_path / "registry" / KEY_FILE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serving_until_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-W", "error", "-c", SERVE, str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path.cwd()
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        about = json.loads(process.stdout.readline())
        response = requests.get(about["url"] + "/.well-known/open-claims", timeout=5)
        assert response.json()["did"] == about["did"]
        os.kill(process.pid, number)
        assert process.wait(5) == 0
        assert process.stdout.read() == "ended\n"
        assert process.stderr.read() == ""


def test_a_ledger_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger._connection.execute("PRAGMA user_version = 99")
    ledger.close()
    with pytest.raises(StoreTooNew, match="newer"):
        PracticeServer(tmp_path).start()


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / LEDGER_FILE
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreProblem, match="something else"):
        PracticeServer(tmp_path).start()
    assert path.read_bytes() == before


def test_a_damaged_ledger_is_refused(tmp_path: Path) -> None:
    (tmp_path / LEDGER_FILE).write_bytes(b"not a database at all" * 99)
    with pytest.raises(StoreDamaged):
        PracticeServer(tmp_path).start()


def test_a_damaged_key_is_refused(tmp_path: Path) -> None:
    with PracticeServer(tmp_path):
        pass
    (tmp_path / KEY_FILE).write_text("no key")
    with pytest.raises(KeyProblem):
        PracticeServer(tmp_path).start()


def test_a_lost_ledger_is_not_a_lost_key(tmp_path: Path) -> None:
    with PracticeServer(tmp_path) as server:
        did = server.did
        ana = Claimant(server.url)
        claim = ana.claim()
        ana.submit(claim)
    for path in tmp_path.glob(f"{LEDGER_FILE}*"):
        path.unlink()
    with PracticeServer(tmp_path) as server:
        assert server.did == did
        ana.url = server.url
        assert ana.send("GET", f"/claims/{hash_of(claim)}").status_code == 404


def test_a_failed_write_changes_nothing(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    with pytest.raises(StoreProblem, match="settings"), ledger.write() as connection:
        connection.executemany("INSERT INTO settings VALUES (?, 'b')", [["a"], ["a"]])
    with ledger.read() as connection:
        assert connection.execute("SELECT * FROM settings").fetchall() == []
    ledger.close()
