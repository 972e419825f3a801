"""Starts the app: the command line, or the window when there is no command."""

from __future__ import annotations

import multiprocessing
import sys


def main() -> None:
    """Run what the command line asks for; workers of a frozen app end in the first line."""
    multiprocessing.freeze_support()
    from desktop.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
