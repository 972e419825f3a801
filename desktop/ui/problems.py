"""Turns an AppError into a sentence and an action."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.errors import AppError, Busy, FileProblem, LoginNeeded, Offline


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What happened, whether the work is safe, and what to do."""

    sentence: str
    advice: str
    calm: bool = False


def explain(error: AppError) -> Explained:
    """Return words for any problem. calm: no colour, it will solve itself."""
    if isinstance(error, Offline):
        return Explained(
            sentence="No connection. Your claims wait safely in the outbox.",
            advice=error.advice or "They are sent when the registry can be reached again.",
            calm=True,
        )
    if isinstance(error, Busy):
        return Explained(
            sentence=error.message,
            advice="Your claims wait safely in the outbox and are sent later.",
            calm=True,
        )
    if isinstance(error, LoginNeeded):
        return Explained(
            sentence=error.message,
            advice=error.advice or "Sending is paused. Check the registry, then sync again.",
        )
    if isinstance(error, FileProblem):
        return Explained(sentence=f"{error.path.name}: {error.message}", advice=error.advice)
    return Explained(sentence=error.message, advice=error.advice)
