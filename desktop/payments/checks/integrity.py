"""I1 to I3: who says so, and whether they said something else before."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.model.payments import Finding, SignatureState, Statement
from desktop.payments.checks.known import Check, Known


def _signature(statement: Statement, known: Known) -> Iterator[Finding]:
    previous = known.previous
    usual = previous is not None and previous.signature is SignatureState.VERIFIED
    unsigned = statement.signature is SignatureState.UNSIGNED and usual
    if statement.signature is SignatureState.INVALID or unsigned:
        yield Finding(
            check="I1",
            sentence="Its signature is missing, though those before were signed."
            if unsigned
            else f"Its signature does not hold. {statement.signature_problem}".strip(),
            expected="a signature that verifies",
            actual=statement.signature.value,
        )


def _key(_statement: Statement, known: Known) -> Iterator[Finding]:
    if known.key_valid is False:
        yield Finding(
            check="I2",
            sentence="The key that signed it was not the registry's on the day of issue.",
            expected="a key of the registry",
            actual="another key",
        )


def _restated(statement: Statement, known: Known) -> Iterator[Finding]:
    mine = statement.sha256
    for other in known.earlier:
        if (other.number, other.revision) == (statement.number, statement.revision):
            theirs = other.sha256
            if theirs != mine:
                yield Finding(
                    check="I3",
                    sentence="The registry changed this statement without a new revision; both "
                    "are kept.",
                    expected=theirs,
                    actual=mine,
                )


CHECKS: tuple[Check, ...] = (_signature, _key, _restated)
