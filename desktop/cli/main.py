"""The parser: global options before or after the command, and the commands of every subject."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from desktop import __version__
from desktop.cli.session import INTERRUPTED, Session

_FLAGS = {"--json"}
_VALUES = {"--library"}


# Command → the module of this folder that has it. Only the one that is asked for is imported:
# all of them take a second, which is longer than most commands need.
_COMMANDS = {
    "demo": "story",
    "scan": "scanning",
    "works": "works",
    "work": "describing",
    "terms": "works",
    "collections": "collections",
    "party": "splitting",
    "split": "splitting",
    "publish": "publishing",
    "listing": "listing",
    "export": "exporting",
    "attachments": "attachments",
    "form": "forms",
    "similar": "similar",
    "identity": "identity",
    "registries": "registries",
    "claim": "claims",
    "outbox": "sending",
    "sync": "sending",
    "claims": "claims",
    "offers": "offers",
    "statements": "statements",
    "bank": "money",
    "payments": "payments",
    "payout": "payouts",
    "findings": "findings",
    "collaborators": "collaborators",
    "advances": "advances",
    "withholding": "advances",
    "tax": "tax",
    "journal": "journal",
    "rates": "rates",
    "verify": "library",
    "backup": "library",
    "restore": "library",
    "timestamps": "timestamps",
    "practice": "practice",
}


class _Commands(click.Group):
    """Imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = _COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: click.Command = getattr(import_module(f"desktop.cli.{module}"), cmd_name)
        return command


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--library",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of your library; made on first use. Also RESIDUALS_LIBRARY.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--self-test", is_flag=True, help="Check that this copy of the app is complete.")
@click.version_option(__version__, prog_name="residuals")
@click.pass_context
def app(context: click.Context, library: Path | None, as_json: bool, self_test: bool) -> None:
    """Residuals gets creators paid when AI learns from their work.

    Without a command, the window opens.
    """
    context.obj = Session(library, as_json=as_json)
    if context.invoked_subcommand is not None:
        return
    from desktop.cli import story

    context.invoke(story.self_test if self_test else story.window)


def hoisted(arguments: Sequence[str]) -> list[str]:
    """Move global options to the front, so that they are understood after the command as well."""
    front: list[str] = []
    rest: list[str] = []
    remaining = iter(arguments)
    for argument in remaining:
        if argument == "--":
            rest += [argument, *remaining]
        elif argument in _FLAGS or (argument.partition("=")[0] in _VALUES and "=" in argument):
            front.append(argument)
        elif argument in _VALUES:
            front += [argument, *[value for value in [next(remaining, None)] if value is not None]]
        else:
            rest.append(argument)
    return front + rest


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    try:
        app.main(args=hoisted(arguments), prog_name="residuals", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped. What was finished is kept.", err=True)
        return INTERRUPTED
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0
