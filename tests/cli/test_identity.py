"""The identity commands from outside: what is asked first, what is said, what never leaks."""

from __future__ import annotations

import io
import json
import logging
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.flows.identifying import my_key
from desktop.identity.phrase import phrase_of
from desktop.practice.server import PracticeServer
from tests.cli.running import Cli
from tests.registries.stub import Answer, Stub
from tests.studio import PASSWORD, open_studio

IDENTITY = {
    "did", "name", "created", "kind", "current", "state", "ended", "reason", "backed_up", "former",
    "web",
}  # fmt: skip


@pytest.fixture
def me(cli: Cli) -> Cli:
    """A command line with an identity."""
    cli("identity", "init", "--name", "Ana Sousa")
    return cli


class Typist:
    """Somebody at a terminal, or a pipe."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def pipe(self, text: str) -> None:
        """Put text on stdin, which is no terminal."""
        self._monkeypatch.setattr(sys, "stdin", io.StringIO(text))

    def type(self, text: str) -> None:
        """Type text at a terminal."""
        stdin = io.StringIO(text)
        stdin.isatty = lambda: True  # type: ignore[method-assign]
        self._monkeypatch.setattr(sys, "stdin", stdin)


@pytest.fixture
def typist(monkeypatch: pytest.MonkeyPatch) -> Typist:
    """Who types."""
    typing = Typist(monkeypatch)
    typing.pipe("")
    return typing


def other(cli: Cli, tmp_path: Path) -> Cli:
    """A command line with another, empty library."""
    return Cli(tmp_path / "elsewhere", cli.captured)


def test_several_identities(me: Cli) -> None:
    first = me("identity", "show").row
    assert first.keys() == IDENTITY
    band = me("identity", "init", "--name", "The Tides", "--kind", "band").row
    assert (band["kind"], band["current"], first["current"]) == ("band", False, True)
    assert [row["name"] for row in me("identity", "list").rows] == ["Ana Sousa", "The Tides"]
    assert me("identity", "use", "the tides").row["current"]
    assert me("identity", "show").row["name"] == "The Tides"
    assert me("identity", "show", "Ana Sousa").row["did"] == first["did"]
    assert me("identity", "use", "Nobody", code=2).row["problem"]["kind"] == "usage"
    marked = [line for line in me.plain("identity", "list").text.splitlines() if "*" in line]
    assert marked == ["* The Tides (band)"]


def test_the_phrase_is_shown_after_a_yes_only(me: Cli, typist: Typist) -> None:
    with open_studio(me.library) as services:
        words = " ".join(phrase_of(my_key(services)))
    refused = me("identity", "export", "--recovery-phrase", code=2)
    assert "--yes" in refused.row["problem"]["message"]
    for answer in ("no\n", "\n", "y\n"):
        typist.type(answer)
        said = me.plain("identity", "export", "--recovery-phrase", code=2)
        assert words.split()[0].encode() not in said.out
    assert not me("identity", "show").row["backed_up"]
    typist.type("Yes\n")
    said = me.plain("identity", "export", "--recovery-phrase")
    shown = [part for part in said.text.split() if part.isalpha()]
    assert " ".join(shown) == words
    assert me("identity", "show").row["backed_up"]
    typist.pipe("")
    said = me("identity", "export", "--recovery-phrase", "--yes")
    assert said.row["recovery_phrase"] == words
    assert said.err == b""


def test_the_phrase_comes_back_from_a_pipe(me: Cli, typist: Typist, tmp_path: Path) -> None:
    exported = me("identity", "export", "--recovery-phrase", "--yes").row
    there = other(me, tmp_path)
    typist.pipe(exported["recovery_phrase"].upper() + "\n")
    brought = there("identity", "import", "--recovery-phrase", "--name", "Ana").row
    assert (brought["did"], brought["already"], brought["backed_up"]) == (
        exported["did"],
        False,
        True,
    )
    typist.type(exported["recovery_phrase"] + "\n")
    assert there("identity", "import", "--recovery-phrase").row["already"]
    words = exported["recovery_phrase"].split()
    typist.pipe(" ".join([*words[:6], "zzebra", *words[7:]]))
    problem = there("identity", "import", "--recovery-phrase", code=3).row["problem"]
    assert problem["kind"] == "key"
    assert "Word 7 is not in the list (did you mean zebra" in problem["message"]


def test_the_phrase_is_never_an_argument(me: Cli, typist: Typist) -> None:
    words = me("identity", "export", "--recovery-phrase", "--yes").row["recovery_phrase"]
    assert me.plain("identity", "import", "--recovery-phrase", *words.split(), code=2).out == b""


def test_a_key_file_there_and_back(
    me: Cli, typist: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "ana.key.json"
    exported = me("identity", "export", "--out", target).row
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert me("identity", "export", "--out", target, code=2).row["problem"]["kind"] == "usage"
    there = other(me, tmp_path)
    monkeypatch.setenv("RESIDUALS_PASSWORD", "not that one at all")
    wrong = there("identity", "import", target, code=3).row["problem"]["message"]
    assert "password does not open" in wrong
    monkeypatch.setenv("RESIDUALS_PASSWORD", PASSWORD)
    brought = there("identity", "import", target).row
    assert (brought["did"], brought["name"]) == (exported["did"], "Ana Sousa")
    assert there("identity", "import", target).row["already"]
    target.write_bytes(b"\x00")
    assert there("identity", "import", target, code=3).row["problem"]["kind"] == "key"


def test_a_password_for_a_file_is_typed_twice(
    me: Cli, typist: Typist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def prompt(sentence: str, **options: bool) -> str:
        asked.append(sentence)
        assert options["hide_input"]
        return "a good password" if options.get("confirmation_prompt") else PASSWORD

    monkeypatch.setattr("click.prompt", prompt)
    monkeypatch.delenv("RESIDUALS_PASSWORD")
    missing = me("identity", "export", "--out", tmp_path / "key.json", code=3)
    assert "needs a password" in missing.row["problem"]["message"]
    typist.type("")
    me("identity", "export", "--out", tmp_path / "key.json")
    assert asked == ["Choose a password for the file", "The password of your key file"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["export"],
        ["export", "--out", "x", "--recovery-phrase"],
        ["import"],
        ["import", "x", "--recovery-phrase"],
        ["web", "ana.example"],
        ["web", "ana.example", "--out", "x", "--check"],
    ],
)
def test_what_is_not_clear_is_asked_back(me: Cli, arguments: list[str]) -> None:
    assert me("identity", *arguments, code=2).row["problem"]["kind"] == "usage"


def test_rotate_and_revoke(me: Cli, typist: Typist, tmp_path: Path) -> None:
    first = me("identity", "show").row["did"]
    renewed = me("identity", "rotate", "--reason", "New computer").row
    assert renewed["did"] != first
    (former,) = renewed["former"]
    assert (former["did"], former["state"], former["successor"]) == (
        first,
        "replaced",
        renewed["did"],
    )
    stored = tmp_path / "revocation.json"
    me("identity", "revoke", "--prepare", stored)
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    assert me("identity", "revoke", code=2).row["problem"]["kind"] == "usage"
    typist.type("no\n")
    me("identity", "revoke", code=2)
    assert me("identity", "show").row["state"] == "active"
    ended = me("identity", "revoke", "--yes", "--reason", "Stolen").row
    assert (ended["state"], ended["reason"]) == ("revoked", "Stolen")
    assert ended["ended"].endswith("Z")
    assert "Revoked on" in me.plain("identity", "show").text
    assert "Revoked on" in me.plain("identity", "list").text
    assert me("identity", "revoke", "--with", stored, "--yes", code=2).row["problem"]
    assert all(row["ok"] for row in me("verify").rows)


def test_a_domain(me: Cli, tmp_path: Path) -> None:
    root = tmp_path / "site"

    def answer(_method: str, path: str, _body: bytes) -> Answer:
        file = root / path.lstrip("/")
        return Answer(body=file.read_bytes()) if file.is_file() else Answer(status=404, body=b"")

    with Stub(answer) as stub:
        domain = stub.url.removeprefix("http://")
        written = me("identity", "web", domain, "--out", root).row
        assert stub.calls == []
        assert written["url"] == f"{stub.url}/.well-known/did.json"
        checked = me("identity", "web", domain, "--check").row
        assert checked["result"] == "confirmed"
        me("identity", "rotate")
        wrong = me("identity", "web", domain, "--check", code=1).row
        assert (wrong["result"], "does not name this key" in wrong["problem"]) == ("wrong", True)
    assert me("identity", "show").row["web"]["web_did"] == written["web_did"]
    assert "not confirmed" in me.plain("identity", "show").text


def test_sign_challenge(me: Cli, typist: Typist, tmp_path: Path) -> None:
    typist.pipe("8f3c-nonce\n")
    refused = me("identity", "sign-challenge", "--registry", "Painters", code=2)
    assert "nobody said yes" in refused.row["problem"]["message"]
    typist.pipe("8f3c-nonce\n")
    said = me("identity", "sign-challenge", "--registry", "Painters", "--yes")
    assert b'"challenge": "8f3c-nonce"' in said.err
    assert said.row["proof"]["proofPurpose"] == "authentication"
    file = tmp_path / "challenge.txt"
    file.write_text("from a file")
    typist.type("yes\n")
    row = me("identity", "sign-challenge", file, "--registry", "Painters").row
    assert row["challenge"] == "from a file"
    typist.type("no\n")
    me("identity", "sign-challenge", file, "--registry", "Painters", code=2)
    file.write_text(json.dumps({"claimant": {"did": "did:key:z6Mk"}}))
    envelope = me("identity", "sign-challenge", file, "--registry", "P", "--yes", code=2)
    assert "looks like a claim" in envelope.row["problem"]["message"]
    file.write_bytes(b"\xff\xfe")
    me("identity", "sign-challenge", file, "--registry", "P", "--yes", code=2)


def test_secrets_stay_secret(
    cli: Cli,
    typist: Typist,
    portfolio: Path,
    registry: PracticeServer,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Seed, words and password are in no log, store, backup or file, and in no answer but one."""
    caplog.set_level(logging.DEBUG)
    outputs: list[bytes] = []

    def do(*arguments: str | Path) -> None:
        said = cli(*arguments, code=None)
        outputs.append(said.out + said.err)

    do("identity", "init", "--name", "Ana Sousa")
    with open_studio(cli.library) as services:
        keys = [my_key(services)]
    words = [" ".join(phrase_of(keys[0]))]
    do("identity", "export", "--out", tmp_path / "ana.key.json")
    do("identity", "import", tmp_path / "ana.key.json")
    do("identity", "revoke", "--prepare", tmp_path / "revocation.json")
    typist.pipe(words[0])
    do("identity", "import", "--recovery-phrase")
    swapped = words[0].split()
    typist.pipe(" ".join([swapped[1], swapped[0], *swapped[2:]]))
    do("identity", "import", "--recovery-phrase")
    do("scan", portfolio, "--jobs", "1")
    do("registries", "add", "Practice", registry.url)
    do("claim", "--registry", "Practice", "--all")
    do("sync")
    do("identity", "rotate")
    with open_studio(cli.library) as services:
        keys.append(my_key(services))
    words.append(" ".join(phrase_of(keys[1])))
    typist.pipe("8f3c")
    do("identity", "sign-challenge", "--registry", "Practice", "--yes")
    do("identity", "web", "ana.example", "--out", tmp_path / "site")
    do("identity", "revoke", "--yes")
    for command in ("list", "show"):
        do("identity", command)
    do("verify")
    do("backup", tmp_path / "copy.sqlite")
    # The one place that may tell it does: so the search below would find it anywhere else.
    told = cli("identity", "export", "--recovery-phrase", "--yes", keys[0].did).out
    assert words[0].encode() in told
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    places = [path.read_bytes() for path in files if "registry" not in path.parts]
    places += [*outputs, caplog.text.encode()]
    assert len(places) > 25
    secrets = [PASSWORD.encode()]
    for key, phrase in zip(keys, words, strict=True):
        secrets += [key.seed, key.seed.hex().encode(), phrase.encode()]
        secrets += [" ".join(phrase.split()[:4]).encode()]
    assert [secret for secret in secrets if any(secret in place for place in places)] == []
    for path in [*(cli.library / "keys").iterdir(), *(cli.library / "revocations").iterdir()]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_secret_in_the_arguments_of_the_process(me: Cli) -> None:
    """The options that take secrets do not exist: help names none."""
    for command in ("export", "import", "rotate", "revoke", "init", "sign-challenge"):
        text = me.plain("identity", command, "--help").text
        for word in ("--password", "--phrase", "--words", "--seed", "--secret"):
            assert f"{word} " not in text


def test_showing_an_identity_loads_nothing_heavy(me: Cli) -> None:
    code = (
        "import sys\nfrom desktop.cli.main import run\n"
        f"run(['--library', {str(me.library)!r}, 'identity', 'show'])\n"
        "print(sorted({'mnemonic', 'requests', 'keyring', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
