"""attachments: kept byte for byte with what they are about, taken away and brought back."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.flows.attaching import SHOWN, attach, copy_to_look_at, media_type
from desktop.model.attachments import AttachedTo
from desktop.store.engine import sqlite3
from tests.cli.running import Cli
from tests.payments.exports.books import fill
from tests.studio import open_studio

PDF = b"%PDF-1.7\nthe contract"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00 this is a program \x00"


@pytest.fixture
def full(cli: Cli) -> Cli:
    """The command line on a library with books."""
    with open_studio(cli.library) as services:
        fill(services)
    return cli


def test_a_file_is_kept_taken_away_and_brought_back(full: Cli, tmp_path: Path) -> None:
    contract = tmp_path / "contract \u202efdp.exe"
    contract.write_bytes(PDF)
    about = ("--note", "signed", "--dated", "2026-01-31")
    row = full("attachments", "add", contract, "--payment", "1", *about).row
    assert (row["to"], row["number"], row["mediatype"]) == ("payment", 1, "application/pdf")
    assert (row["name"], row["note"], row["dated"]) == (contract.name, "signed", "2026-01-31")
    again = full("payments", "attach", "1", contract).row
    assert again == row
    full("attachments", "add", contract, "--bank-entry", "2")
    contract.unlink()
    out = tmp_path / "out"
    full("attachments", "save", "1", "--out", out)
    assert out.read_bytes() == PDF
    full("attachments", "save", "1", "--out", out, code=2)
    assert full("attachments", "remove", "1").row["removed"]
    assert [one["attached_id"] for one in full("attachments", "list").rows] == [2]
    assert full("attachments", "list", "--payment", "1").rows == []
    assert len(full("attachments", "list", "--payment", "1", "--all").rows) == 1
    full("attachments", "restore", "1")
    full("attachments", "remove", "1")
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(PDF)
    assert full("attachments", "add", copy, "--payment", "1").row["attached_id"] == 1
    assert len(full("attachments", "list", "--payment", "1").rows) == 1
    full("backup", tmp_path / "backup.sqlite")
    other = Cli(tmp_path / "other", full.captured)
    other("restore", tmp_path / "backup.sqlite")
    other("attachments", "save", "1", "--out", tmp_path / "from backup")
    assert (tmp_path / "from backup").read_bytes() == PDF
    assert "contract" in full.plain("attachments", "list").text
    assert "\u202e" not in full.plain("attachments", "list").text


def test_what_cannot_be_kept_is_told(full: Cli, tmp_path: Path) -> None:
    empty, whole = tmp_path / "empty", tmp_path / "whole"
    empty.touch()
    whole.write_bytes(b"x")
    huge = tmp_path / "huge"
    with huge.open("wb") as file:
        file.truncate(64 * 1024 * 1024 + 1)
    for arguments, words in (
        ((empty, "--payment", "1"), "empty"),
        ((huge, "--payment", "1"), "64 MB"),
        ((tmp_path, "--payment", "1"), "not a file"),
        ((whole, "--payment", "99"), "no payment 99"),
        ((whole, "--payment", "1", "--dated", "30.2."), "not a day"),
        ((whole, "--payment", "1", "--payout", "1"), "one of"),
        ((whole,), "one of"),
    ):
        problem = full("attachments", "add", *arguments, code=2).row["problem"]
        assert words in problem["message"]
    assert full("attachments", "list", "--all").rows == []


def test_a_copy_to_look_at_is_no_program_and_cannot_be_written(full: Cli, tmp_path: Path) -> None:
    from desktop.errors import UsageProblem

    named = tmp_path / "..picture; rm -rf.exe"
    named.write_bytes(PDF)
    program = tmp_path / "holiday.png"
    program.write_bytes(PROGRAM)
    folder = tmp_path / "look"
    folder.mkdir()
    with open_studio(full.library) as services:
        first = attach(named, AttachedTo.PAYMENT, 1, services)
        copy = copy_to_look_at(first.attached_id, folder, services)
        assert (copy.suffix, copy.read_bytes(), copy.parent) == (".pdf", PDF, folder)
        assert copy.stat().st_mode & 0o333 == 0
        assert copy == copy_to_look_at(first.attached_id, folder, services)
        second = attach(program, AttachedTo.PAYMENT, 1, services)
        assert second.mediatype not in SHOWN
        with pytest.raises(UsageProblem, match="could be a program"):
            copy_to_look_at(second.attached_id, folder, services)
    (check,) = (row for row in full("verify", code=None).rows if row["check"] == "attachments")
    assert (check["ok"], check["detail"]) == (True, "All 2 files are as they were attached.")
    raw = sqlite3.connect(str(full.library / "library.sqlite"))
    raw.execute("DROP TRIGGER attachments_no_update")
    raw.execute("UPDATE attachments SET data = x'00' WHERE sha256 = ?", (second.sha256,))
    raw.commit()
    raw.close()
    (check,) = (row for row in full("verify", code=None).rows if row["check"] == "attachments")
    assert (check["ok"], second.sha256[:12] in check["detail"]) == (False, True)


def test_the_bytes_say_what_a_file_is() -> None:
    assert media_type(b"a,b\n1,2\n", "table.csv") == "text/csv"
    assert media_type(b"<html><script>", "page.txt") != "text/plain"
    assert media_type("Olá".encode(), "letter.exe") == "text/plain"
    assert media_type(b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "x.txt") == "image/png"
    assert media_type(b"#!/bin/sh\nrm -rf\n", "x.png") not in ("image/png",)
