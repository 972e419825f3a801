"""The window, the demo, the self-test."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path

import click

from desktop.cli.session import Session, command
from desktop.flows.demonstrating import Step, demonstrate
from desktop.flows.testing_itself import self_test as self_test_flow
from desktop.practice.server import PracticeServer
from desktop.services import open_services


@click.command()
@command
def window(session: Session) -> None:
    """Open the window."""
    from desktop.ui.application import run_window

    session.out.problems += run_window(session.library) != 0


@click.command()
@click.option("--no-window", is_flag=True, help="Tell the story here instead of in the window.")
@command
def demo(session: Session, no_window: bool) -> None:
    """Show the whole circle on sample works in a library of its own."""
    folder = Path(tempfile.mkdtemp(prefix="residuals-demo-"))
    password = secrets.token_urlsafe(16)

    def say(step: Step) -> None:
        data = {"step": step.step, "sentence": step.sentence, **step.figures}
        session.out.row(data, step.sentence)

    with (
        open_services(
            folder, ask_password=lambda _sentence: password, use_keyring=False
        ) as services,
        PracticeServer(services.practice_folder) as server,
    ):
        demonstrate(services, server, say)
    session.out.text(f"The library of this story is in {folder}.")
    if not no_window:
        from desktop.ui.application import run_window

        session.out.problems += (
            run_window(folder, ask_password=lambda _s: password, practice=True) != 0
        )


@click.command()
@command
def self_test(session: Session) -> None:
    """Scan a sample of each kind, sign, verify."""
    for step in self_test_flow():
        session.out.problems += not step.ok
        session.out.row(
            {"check": step.check, "ok": step.ok, "detail": step.detail},
            f"{'ok' if step.ok else 'WRONG':>6}  {step.check}: {step.detail}",
        )
