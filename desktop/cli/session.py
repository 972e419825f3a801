"""What every command shares: the library it works on, where its output goes, how it ends."""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from desktop.cli.output import Output
from desktop.errors import AppError, KeyProblem, UsageProblem
from desktop.errors import Cancelled as StoppedByUser
from desktop.flows.journaling import checkpoint_if_due
from desktop.model.progress import Cancelled
from desktop.services import (
    PASSWORD_VARIABLE,
    Services,
    default_library,
    open_services,
    password_from_environment,
)

MOST = 2**63 - 1
OK, SOME_PROBLEMS, WRONG_USAGE, NOTHING_DONE, INTERRUPTED = 0, 1, 2, 3, 130


class Session:
    """One run of the command line."""

    def __init__(self, library: Path | None, *, as_json: bool) -> None:
        self.library = library or default_library()
        self.out = Output(as_json=as_json)

    @contextlib.contextmanager
    def open(
        self, *, read_only: bool = False, jobs: int | None = None, scheduler: str = ""
    ) -> Iterator[Services]:
        """Open the library; read_only works while the window has it open.

        A command that wrote something signs where the journal ends, once a day.
        """
        with open_services(
            self.library,
            read_only=read_only,
            jobs=jobs,
            scheduler=scheduler,
            ask_password=ask_password,
        ) as services:
            yield services
            if not read_only:
                checkpoint_if_due(services)


@contextlib.contextmanager
def stoppable() -> Iterator[Cancelled]:
    """Let the first Ctrl-C ask for an orderly end, and the second one end at once.

    An exception in the middle of handing work to other threads could leave them waiting forever.
    Raises KeyboardInterrupt at the end if it was asked for.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return

    def ask(_number: int, _frame: object) -> None:
        asked.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield asked.is_set
    except StoppedByUser as error:
        raise KeyboardInterrupt from error
    finally:
        signal.signal(signal.SIGINT, before)
    if asked.is_set():
        raise KeyboardInterrupt


Command = TypeVar("Command", bound=Callable[..., Any])


def command(function: Command) -> Command:
    """Give a command the session, and turn what it raises into words and an exit code."""

    @click.pass_obj
    @functools.wraps(function)
    def wrapper(session: Session, *args: Any, **kwargs: Any) -> None:
        try:
            refuse_impossible_numbers(kwargs.values())
            function(session, *args, **kwargs)
        except AppError as error:
            session.out.problem(error)
            sys.exit(WRONG_USAGE if isinstance(error, UsageProblem) else NOTHING_DONE)
        except UnicodeEncodeError:
            if (found := _no_text(kwargs)) is None:
                raise
            session.out.problem(found)
            sys.exit(WRONG_USAGE)
        finally:
            session.out.done()
        if session.out.nothing_done:
            sys.exit(NOTHING_DONE)
        sys.exit(SOME_PROBLEMS if session.out.problems else OK)

    return wrapper  # type: ignore[return-value]


def refuse_impossible_numbers(said: Iterable[Any]) -> None:
    """Refuse a number that nothing in a library can have. Raises UsageProblem."""
    for one in said:
        if isinstance(one, tuple):
            refuse_impossible_numbers(one)
        elif isinstance(one, int) and abs(one) > MOST:
            raise UsageProblem(f"Nothing in a library has the number {one}.")


def _no_text(said: Mapping[str, Any]) -> UsageProblem | None:
    """Return what is wrong where words were asked for and bytes came that are no UTF-8."""
    for name, value in said.items():
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, str) and any("\ud800" <= char <= "\udfff" for char in one):
                about = f"What stands for {name.replace('_', ' ')} is not text in UTF-8."
                return UsageProblem(about, advice="Type it again.")
    return None


def ask_password(sentence: str) -> str:
    """Return the password of the key file: from the environment, or asked for in a terminal."""
    if os.environ.get(PASSWORD_VARIABLE) or not sys.stdin.isatty():
        return password_from_environment(sentence)
    try:
        return str(click.prompt(sentence, hide_input=True, err=True))
    except click.Abort as error:
        raise KeyProblem("No password was given.") from error
