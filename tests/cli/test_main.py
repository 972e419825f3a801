"""How a command line is read, how it ends, and what must never be on it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import click
import pytest

from desktop.cli.main import app, hoisted, run
from desktop.cli.output import plain
from desktop.cli.session import stoppable
from desktop.errors import Cancelled
from desktop.flows.identifying import my_key
from desktop.practice.advance import advance
from desktop.practice.server import PracticeServer
from desktop.services import LIBRARY_VARIABLE
from tests.cli.running import Cli
from tests.studio import PASSWORD, assert_all_verify, mid_january, open_studio

HERE = Path(__file__).parent.parent.parent


def start(*arguments: str | Path, library: Path) -> subprocess.Popen[str]:
    """Start the command line as a process of its own, in a group of its own."""
    return subprocess.Popen(
        [sys.executable, "-W", "error::ResourceWarning", "-m", "desktop", "--library",
         str(library), "--json", *map(str, arguments)],
        cwd=HERE,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
        env={**os.environ, "RESIDUALS_PASSWORD": PASSWORD},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["works", "--json"], ["--json", "works"]),
        (["works", "--library", "x", "--limit", "1"], ["--library", "x", "works", "--limit", "1"]),
        (["works", "--library=x", "--json"], ["--library=x", "--json", "works"]),
        (["--json", "scan", "--", "--json"], ["--json", "scan", "--", "--json"]),
        (["works", "--library"], ["--library", "works"]),
        ([], []),
    ],
)
def test_global_options_are_understood_after_the_command(
    given: list[str], expected: list[str]
) -> None:
    assert hoisted(given) == expected


def test_the_library_is_found(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, portfolio: Path
) -> None:
    cli("scan", portfolio, "--jobs", "1")
    other = tmp_path / "other"
    monkeypatch.setenv(LIBRARY_VARIABLE, str(cli.library))
    for arguments in (
        ["works", "--json"],
        ["--json", "works"],
        ["works", "--json", "--library", str(cli.library)],
        ["--library", str(other), "works", "--json", f"--library={cli.library}"],
    ):
        cli.captured.readouterr()
        assert run(arguments) == 0
        assert len(cli.captured.readouterr().out.splitlines()) == 2, arguments
    assert run(["works", "--json", "--library", str(other)]) == 0
    assert cli.captured.readouterr().out == b""


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["works", "--frobnicate"],
        ["--frobnicate"],
        ["scan"],
        ["identity"],
        ["identity", "frobnicate"],
        ["works", "--limit", "many"],
        ["works", "extra"],
        ["scan", "x", "--jobs", "0"],
        ["--library"],
    ],
)
def test_wrong_usage(cli: Cli, arguments: list[str]) -> None:
    assert run(arguments) == 2
    out, err = cli.captured.readouterr()
    assert out == b""
    assert b"Error:" in err or b"Usage:" in err
    assert not cli.library.exists()


def commands() -> list[list[str]]:
    found: list[list[str]] = [[]]
    context = click.Context(app)
    for name in app.list_commands(context):
        command = app.get_command(context, name)
        found.append([name])
        found += [[name, inner] for inner in getattr(command, "commands", {})]
    return found


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_explains_itself(cli: Cli, command: list[str]) -> None:
    assert run([*command, "--help"]) == 0
    out, err = cli.captured.readouterr()
    assert b"Usage: residuals" in out
    assert err == b""


def test_every_command_of_the_contract_is_there() -> None:
    assert {" ".join(command) for command in commands()} >= {
        "demo", "scan", "works", "work edit", "work show", "identity init", "identity show",
        "registries add", "registries list", "registries check", "terms set", "terms show",
        "claim", "outbox", "sync", "claims", "statements list", "statements check", "bank import",
        "payments", "verify", "backup", "restore", "practice serve", "practice advance",
    }  # fmt: skip


def test_the_version(cli: Cli) -> None:
    from desktop import __version__

    assert run(["--version"]) == 0
    assert __version__ in cli.captured.readouterr().out.decode()


def test_problems_to_read_go_to_stderr(cli: Cli, tmp_path: Path) -> None:
    said = cli.plain("scan", tmp_path / "nowhere", code=1)
    assert "not there" in said.text + said.err.decode()
    said = cli.plain("statements", "check", "5", code=2)
    assert said.out == b""
    assert "There is no statement 5." in said.err.decode()


def test_no_progress_where_nobody_looks(cli: Cli, portfolio: Path) -> None:
    assert cli.plain("scan", portfolio, "--jobs", "1").err == b""


STEERING = ["esc\x1b[31mred", "csi\u009b31mred", "bidi\u202egnp"]


@pytest.mark.parametrize("name", STEERING)
def test_no_name_steers_the_terminal(cli: Cli, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "names"
    folder.mkdir()
    (folder / f"{name}.txt").write_text("The tide returns. " * 30)
    (folder / f"{name}.png").write_bytes(b"\x89PNG broken")
    steering = name.encode().strip(b"abcdefghijklmnopqrstuvwxyz")[:2]
    for said in (
        cli("scan", folder, "--jobs", "1", code=1),
        cli.plain("scan", folder, "--jobs", "1", code=1),
        cli("works"),
        cli.plain("works"),
        cli.plain("terms", "show"),
        cli.plain("registries", "check", name, code=2),
    ):
        for stream in (said.out, said.err):
            assert steering not in stream
            assert all(char.isprintable() or char == "\n" for char in stream.decode("utf-8"))
    paths = [row["path"] for row in cli("scan", folder, code=1).rows if "path" in row]
    assert {os.fspath(path) for path in folder.iterdir()} == set(paths)


def test_plain_text() -> None:
    assert plain("a\x1b[1mb\nc\td\x00\u202e") == "a�[1mb\nc\td��"


def test_secrets_stay_secret(
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
    portfolio: Path,
    registry: PracticeServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """After a full run neither seed nor password is anywhere: output, logs, library, backup."""
    password = "Canary-7f3a-Passwort"
    monkeypatch.setenv("RESIDUALS_PASSWORD", password)
    caplog.set_level("DEBUG")
    cli = Cli(tmp_path / "library", capfdbinary)
    outputs = []

    def do(*arguments: str | Path) -> None:
        for said in (cli.plain(*arguments, code=None), cli(*arguments, code=None)):
            outputs.append(said.out + said.err)

    do("identity", "init", "--name", "Ana Sousa")
    do("identity", "show")
    do("scan", portfolio, "--jobs", "1")
    do("registries", "add", "Practice", registry.url)
    do("claim", "--registry", "Practice", "--all")
    do("sync")
    advance(tmp_path / "registry", 2, clock=mid_january)
    do("sync")
    for command in ("works", "outbox", "claims", "payments", "verify"):
        do(command)
    do("backup", tmp_path / "copy.sqlite")
    with open_studio(cli.library, password=password) as services:
        key = my_key(services)
        assert repr(key).count("seed") == 0
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".json" for path in files)
    places = [path.read_bytes() for path in files if path.parent.name != "registry"]
    places += [*outputs, caplog.text.encode()]
    for secret in (key.seed, key.seed.hex().encode(), password.encode()):
        assert not any(secret in place for place in places)
    (key_file,) = (cli.library / "keys").iterdir()
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert json.loads(key_file.read_text())["kdf"]["memory_kib"] >= 65_536


def test_ctrl_c_leaves_a_consistent_store(tmp_path: Path, cheap_keys: None) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(2500):
        (folder / f"{number:04d}.txt").write_text(f"Poem number {number}. " * 40)
    library = tmp_path / "library"
    with start("scan", folder, "--jobs", "1", library=library) as process:
        too_long = threading.Timer(60, os.killpg, (process.pid, signal.SIGKILL))
        too_long.start()
        assert process.stdout is not None
        assert process.stderr is not None
        first = json.loads(process.stdout.readline())
        os.killpg(process.pid, signal.SIGINT)
        rest, words = process.stdout.read(), process.stderr.read()
        assert process.wait() == 130, words
        too_long.cancel()
    assert first["status"] == "added"
    assert "What was finished is kept" in words
    assert "Traceback" not in words
    told = 1 + sum(json.loads(line).get("status") == "added" for line in rest.splitlines())
    with open_studio(library) as services:
        assert_all_verify(services)
        with services.store.read() as connection:
            (kept,) = connection.execute("SELECT count(*) FROM works").fetchone()
    assert told <= kept < 2500


def test_a_command_that_was_stopped_in_the_middle_is_no_crash() -> None:
    with pytest.raises(KeyboardInterrupt), stoppable():
        raise Cancelled


def test_practice_serve_as_a_process(cli: Cli, tmp_path: Path) -> None:
    with start("practice", "serve", library=cli.library) as process:
        assert process.stdout is not None
        about = json.loads(process.stdout.readline())
        try:
            assert about.keys() == {"url", "did"}
            assert about["url"].startswith("http://127.0.0.1:")
            cli("registries", "add", "Practice", about["url"])
            assert cli("registries", "check", "Practice").row["did"] == about["did"]
            assert cli("practice", "advance", "1").row["months"] == 1
        finally:
            os.kill(process.pid, signal.SIGINT)
        assert process.wait(10) in (0, 130)


def test_demo_without_a_window(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    rows = cli("demo", "--no-window").rows
    assert [row["step"] for row in rows][:3] == ["registry", "identity", "scan"]
    assert sum(row.get("state") == "reconciled" for row in rows) >= 2
    assert not cli.library.exists(), "the demo has a library of its own"
    assert len(list(tmp_path.glob("residuals-demo-*"))) == 1
