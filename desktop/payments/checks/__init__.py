"""The checks of a statement and of its payment (PAYMENTS.md): what was expected, what stands there.

A finding is a contradiction or a question; nothing here changes or hides what was stated.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from desktop.model.payments import Finding, Statement, StatementLine
from desktop.payments.checks import (
    arithmetic,
    changes,
    completeness,
    deductions,
    duplicates,
    integrity,
    shares,
)
from desktop.payments.checks.known import MOST_OF_A_KIND, NOTHING_KNOWN, Doubts, Known, LineCheck

__all__ = ["MOST_OF_A_KIND", "Checker", "check_statement"]

_CHECKS = (
    *arithmetic.CHECKS,
    *shares.CHECKS,
    *completeness.CHECKS,
    *duplicates.CHECKS,
    *changes.CHECKS,
    *deductions.CHECKS,
    *integrity.CHECKS,
)


class Checker:
    """Checks a statement whose lines come one after the other; a million need not be kept.

    A check that needs what is not known says nothing. Of one check at most MOST_OF_A_KIND findings
    are told one by one; the rest are one that names their lines.
    """

    def __init__(self, statement: Statement, known: Known = NOTHING_KNOWN) -> None:
        """statement: its lines are not looked at here. known.matched: of the lines that come."""
        known = dataclasses.replace(known, stated=known.before)
        self._checks = [check(statement, known) for check in _CHECKS]
        self._by_line = [check.take for check in self._checks if isinstance(check, LineCheck)]

    def take(self, lines: Iterable[StatementLine]) -> None:
        """Look at more lines, in their order."""
        for line in lines:
            for take in self._by_line:
                take(line)

    def findings(self) -> list[Finding]:
        """Return what does not hold, after the last line; an empty list: every check passed."""
        return [
            finding
            for check in self._checks
            for finding in (check.findings() if isinstance(check, LineCheck) else Doubts(check))
        ]


def check_statement(statement: Statement, known: Known = NOTHING_KNOWN) -> list[Finding]:
    """Return what does not hold of a statement with its lines; an empty list: all checks passed."""
    checker = Checker(statement, known)
    checker.take(statement.lines)
    return checker.findings()
