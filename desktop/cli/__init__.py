"""Every job of the app without a window (CLI.md is the contract). Each command runs a flow."""

from desktop.cli.main import run

__all__ = ["run"]
