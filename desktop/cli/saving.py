"""Writes what the library keeps to a file: the options for it, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from desktop.cli.output import path_text
from desktop.cli.session import Session

Function = TypeVar("Function", bound=Callable[..., Any])


def into_file(function: Function) -> Function:
    """Let a command ask for --out, a file that is replaced only with --force."""
    force = click.option("--force", is_flag=True, help="Write over a file that is there.")
    out = click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
    return out(force(function))


def say_saved(
    session: Session, out: Path, size_bytes: int, more: str = "", **about: str | int
) -> None:
    """Say that a file is written, how large it is, and what it is about."""
    row = {**about, "file": path_text(out), "size_bytes": size_bytes}
    session.out.row(row, f"{path_text(out)}: {size_bytes:,} bytes{more}")
