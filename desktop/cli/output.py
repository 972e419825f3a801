"""Results on stdout, to read or as one JSON object a line; progress and problems on stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from desktop.errors import AppError, FileProblem
from desktop.model.progress import Progress


class Output:
    """Writes what a command has to say, and remembers whether anything had a problem."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.problems = 0
        self.nothing_done = False
        self._progress_shown = False

    def row(self, data: dict[str, Any], text: str) -> None:
        """Write one result: data as JSON, or text to read."""
        self._clear()
        if self.as_json:
            _write_json(data)
        else:
            _write(plain(text))

    def text(self, line: str) -> None:
        """Write a line for readers only."""
        if not self.as_json:
            self._clear()
            _write(plain(line))

    def problem(self, error: AppError, **more: Any) -> None:
        """Write a problem with its reason; the exit code will tell of it."""
        self.problems += 1
        self._clear()
        if self.as_json:
            _write_json({"problem": problem_json(error), **more})
        else:
            click.echo(plain(f"{_where(error, more)}{error}"), err=True)

    def report(self, progress: Progress) -> None:
        """Show how far it is, on a terminal only."""
        if self.as_json or not sys.stderr.isatty():
            return
        total = f" of {progress.total:,}" if progress.total else ""
        size = f" · {progress.bytes_done / 1e6:,.0f} MB" if progress.bytes_done else ""
        line = plain(f"{progress.done:,}{total}{size}  {progress.label}")[:78]
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()
        self._progress_shown = True

    def done(self) -> None:
        """Leave the terminal clean."""
        self._clear()

    def _clear(self) -> None:
        if self._progress_shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._progress_shown = False


def problem_json(error: AppError) -> dict[str, Any]:
    """Return a problem as the contract has it."""
    path = path_text(error.path) if isinstance(error, FileProblem) else None
    result: dict[str, Any] = {"kind": _kind(error), "message": str(error), "path": path}
    line = getattr(error, "line", None)
    if line is not None:
        result["line"] = line
    return result


def _where(error: AppError, more: Mapping[str, Any]) -> str:
    """Return the file, registry or work that a problem is about, to put before it."""
    if isinstance(error, FileProblem):
        return f"{path_text(error.path)}: "
    if "path" in more:
        return f"{more['path']}: "
    if "registry" in more:
        name = str(more["registry"])
        return "" if name in str(error) else f"{name}: "
    return f"Work {more['work_id']}: " if "work_id" in more else ""


def path_text(path: Path) -> str:
    """Return a path as valid Unicode; bytes that are not UTF-8 show as \\xNN."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def plain(text: str) -> str:
    """Return text without anything that could steer a terminal."""
    return "".join(char if char.isprintable() or char in "\n\t" else "�" for char in text)


def _kind(error: AppError) -> str:
    return error.reason.value if isinstance(error, FileProblem) else error.kind


def _write_json(data: dict[str, Any]) -> None:
    """Write one object; what could steer a terminal (C1, DEL, bidi marks) is escaped as well."""
    text = json.dumps(data, ensure_ascii=False, default=str)
    _write("".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text))


def _write(line: str) -> None:
    click.echo(line.encode("utf-8", "backslashreplace"))
