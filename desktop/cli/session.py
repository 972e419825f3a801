"""What every command shares: the library it works on, where its output goes, how it ends."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

import click

from desktop.cli.output import Output
from desktop.errors import AppError, KeyProblem, UsageProblem
from desktop.services import (
    PASSWORD_VARIABLE,
    Services,
    default_library,
    open_services,
    password_from_environment,
)

OK, SOME_PROBLEMS, WRONG_USAGE, NOTHING_DONE, INTERRUPTED = 0, 1, 2, 3, 130


class Session:
    """One run of the command line."""

    def __init__(self, library: Path | None, *, as_json: bool) -> None:
        self.library = library or default_library()
        self.out = Output(as_json=as_json)

    def open(
        self, *, read_only: bool = False, jobs: int | None = None
    ) -> AbstractContextManager[Services]:
        """Open the library; read_only works while the window has it open."""
        return open_services(
            self.library, read_only=read_only, jobs=jobs, ask_password=ask_password
        )


Command = TypeVar("Command", bound=Callable[..., Any])


def command(function: Command) -> Command:
    """Give a command the session, and turn what it raises into words and an exit code."""

    @click.pass_obj
    @functools.wraps(function)
    def wrapper(session: Session, *args: Any, **kwargs: Any) -> None:
        try:
            function(session, *args, **kwargs)
        except AppError as error:
            session.out.problem(error)
            sys.exit(WRONG_USAGE if isinstance(error, UsageProblem) else NOTHING_DONE)
        finally:
            session.out.done()
        sys.exit(SOME_PROBLEMS if session.out.problems else OK)

    return wrapper  # type: ignore[return-value]


def ask_password(sentence: str) -> str:
    """Return the password of the key file: from the environment, or asked for in a terminal."""
    if os.environ.get(PASSWORD_VARIABLE) or not sys.stdin.isatty():
        return password_from_environment(sentence)
    try:
        return str(click.prompt(sentence, hide_input=True, err=True))
    except click.Abort as error:
        raise KeyProblem("No password was given.") from error
