"""The ways the practice registry can be told to misbehave, so that a client meets them in time.

A rule is KIND[:COUNT][@PATH], for example busy, drop-after-commit:3, unavailable@/events.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from desktop.errors import UsageProblem
from desktop.practice.app import DESCRIPTION_PATH

RULE = re.compile(
    r"(?P<kind>[a-z-]+)(:(?P<count>[0-9]{1,9}))?(@(?P<path>/[^:]*))?(:(?P<late>[0-9]{1,9}))?"
)
UNLIMITED = -1


class Misbehaviour(StrEnum):
    """What can go wrong with a registry, or the way to it."""

    DROP_AFTER_COMMIT = "drop-after-commit"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    SLOW = "slow"
    HUGE = "huge"
    BAD_SCHEMA = "bad-schema"
    FORGED_SIGNATURE = "forged-signature"
    WRONG_TOTAL = "wrong-total"
    REDIRECT = "redirect"
    NOT_JSON = "not-json"
    LOSE_CLAIMS = "lose-claims"


@dataclass(slots=True)
class Rule:
    """One misbehaviour, where it applies and how often still. path "" means where it is natural."""

    kind: Misbehaviour
    path: str
    left: int = UNLIMITED

    def applies(self, method: str, path: str) -> bool:
        """Tell whether a request would meet it now."""
        if not self.left:
            return False
        if self.path:
            return _is_under(path, self.path) and _is_possible(self.kind, method, path)
        return path != DESCRIPTION_PATH and _is_possible(self.kind, method, path)


def read_rule(text: str) -> Rule:
    """Read KIND[:COUNT][@PATH]. Raises UsageProblem, naming the kinds there are."""
    found = RULE.fullmatch(text)
    kinds = ", ".join(Misbehaviour)
    if (
        found is None
        or found["kind"] not in list(Misbehaviour)
        or (found["count"] and found["late"])
    ):
        raise UsageProblem(
            f"{text!r} is no misbehaviour.",
            advice=f"Use KIND, KIND:COUNT or KIND@/path of: {kinds}.",
        )
    count = found["count"] or found["late"]
    return Rule(
        Misbehaviour(found["kind"]), found["path"] or "", int(count) if count else UNLIMITED
    )


def _is_under(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(prefix.rstrip("/") + "/")


def _is_possible(kind: Misbehaviour, method: str, path: str) -> bool:
    """Tell whether a kind means anything for a call."""
    if kind is Misbehaviour.LOSE_CLAIMS:
        return (method, path) == ("POST", "/claims")
    if kind is Misbehaviour.WRONG_TOTAL:
        return _is_under(path, "/statements")
    return True
