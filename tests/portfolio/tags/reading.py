"""The fixtures, and what they say in a form that is easy to compare."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from desktop.model.suggestions import AiStatement

SAID = Path(__file__).parent / "said"


def said(name: str) -> Path:
    """Return one of the files of said/README.md."""
    return SAID / name


def told(statements: Iterable[AiStatement]) -> list[tuple[str, str, dict[str, str]]]:
    """Return (property, value, meaning) of each statement."""
    return [
        (one.property, one.value, {use.value: answer.value for use, answer in one.meaning})
        for one in statements
    ]
