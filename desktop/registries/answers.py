"""What an HTTP status means to the outbox, and a stranger's words as plain text."""

from __future__ import annotations

from typing import Any

from desktop.errors import BatchTooLarge, Busy, LoginNeeded, Refused, RegistryProblem, Untrusted
from desktop.identity.canonical import parse_json
from desktop.registries.transport import Reply

MAX_WORDS_CHARACTERS = 300
_LATER = {408, 425, 429}


def plain_words(text: str) -> str:
    """Return a stranger's text as one short line of printable characters."""
    printable = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printable.split())[:MAX_WORDS_CHARACTERS]


def strict_json(body: bytes) -> Any:
    """Read a registry's JSON. Raises Untrusted."""
    try:
        return parse_json(body)
    except ValueError as error:
        raise Untrusted("The registry's answer is not sound JSON.") from error


def problem_of(reply: Reply, words: str, *, own: bool) -> RegistryProblem:
    """Return what a status that is no success means (REGISTRIES.md, "Sending").

    words: what the registry says, in plain text. own: it is a whole error document of the
    registry's protocol; what a proxy, a hotel's log-in page or half a reply says is never final.
    """
    status = reply.status
    if status in (401, 403):
        return LoginNeeded(f"The registry does not accept our signature: {words}")
    if status == 413:
        return BatchTooLarge(f"The registry found the batch too large: {words}")
    if status in _LATER or status >= 500:
        return Busy(f"The registry is busy: {words}", retry_after_s=reply.retry_after_s)
    if 400 <= status < 500 and not own:
        return Untrusted(f"The answer, with status {status}, is not one of the registry itself.")
    if 400 <= status < 500:
        return Refused(f"The registry refused: {words}", status=status)
    return Untrusted(f"The registry answered with the unknown status {status}.")
