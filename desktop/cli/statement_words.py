"""Periods and findings as every command of statements writes them."""

from __future__ import annotations

from typing import Any

from desktop.model.payments import Finding, Period


def period_json(period: Period) -> dict[str, str]:
    """Return a period: its first day, and the day after its last."""
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as the contract has it."""
    return {
        "check": finding.check,
        "sentence": finding.sentence,
        "expected": finding.expected,
        "actual": finding.actual,
        "lines": list(finding.lines),
    }
