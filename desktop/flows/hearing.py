"""What a sync tells while it goes on, and what it adds up to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from desktop.errors import AppError


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One thing that happened in a sync, as the command line prints it."""

    event: str
    registry: str
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Synced:
    """The sum of a sync. problems: what went wrong, by registry, in words.

    sent: with a receipt, or found there already. notices: what the user should know beside it.
    """

    sent: int = 0
    refused: int = 0
    waiting: int = 0
    events: int = 0
    statements: int = 0
    remittances: int = 0
    problems: list[tuple[str, AppError]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def count(self, heard: Heard) -> None:
        """Add one thing that happened."""
        match heard.event:
            case "receipt" | "recovered":
                self.sent += 1
            case "refused":
                self.refused += 1
            case "statement":
                self.statements += 1
            case "remittance":
                self.remittances += 1
            case "notice":
                self.notices.append(str(heard.detail["message"]))
            case "key" | "offer.refused":
                self.notices += [str(said)] if (said := heard.detail.get("message")) else []
            case "problem":
                pass
            case _:
                self.events += 1


Tell = Callable[[Heard], None]
