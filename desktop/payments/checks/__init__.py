"""The checks of a statement and of its payment (PAYMENTS.md): what was expected, what stands there.

A finding is a contradiction or a question; nothing here changes or hides what was stated.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from desktop.model.payments import Finding, Statement
from desktop.payments.checks import (
    arithmetic,
    changes,
    completeness,
    deductions,
    duplicates,
    integrity,
    shares,
)
from desktop.payments.checks.known import NOTHING_KNOWN, Known

MOST_OF_A_KIND = 100
_CHECKS = (
    *arithmetic.CHECKS,
    *shares.CHECKS,
    *completeness.CHECKS,
    *duplicates.CHECKS,
    *changes.CHECKS,
    *deductions.CHECKS,
    *integrity.CHECKS,
)


def check_statement(statement: Statement, known: Known = NOTHING_KNOWN) -> list[Finding]:
    """Return what does not hold; an empty list means that every check here passed.

    A check that needs what is not known says nothing. Of one check at most MOST_OF_A_KIND findings
    are told one by one; the rest are one that names their lines.
    """
    return [one for check in _CHECKS for one in _limited(check(statement, known))]


def _limited(findings: Iterator[Finding]) -> Iterator[Finding]:
    yield from itertools.islice(findings, MOST_OF_A_KIND)
    rest = list(findings)
    if rest:
        yield Finding(
            check=rest[0].check,
            sentence=f"The same is wrong {len(rest)} times more.",
            expected="none",
            actual=f"{len(rest)} more",
            lines=tuple(line for one in rest for line in one.lines),
        )
