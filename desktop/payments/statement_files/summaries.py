"""The summaries of a report, and whether what its records say is due comes to what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from desktop.model.mappings import Records
from desktop.model.money import EXACT
from desktop.payments.statement_files.values import Amounts
from desktop.tables.streaming import RowProblem

_ID, _PARENT = "SummaryRecordId", "ParentSummaryRecordId"
_NARROWER = ("RightsController", "RightsType")
_EARNED = "AllocatedNetRevenue"
_CURRENCIES = ("CurrencyOfAccounting", "CurrencyOfReporting")


@dataclass(slots=True)
class Summary:
    """One summary. shared: records of several cannot be told apart, so nothing is compared."""

    line: int
    base: str
    said: dict[str, str]
    come_to: Decimal = Decimal(0)
    records: int = 0
    shared: bool = False


class Summaries:
    """All summaries of a file, and what their records came to so far."""

    def __init__(self, records: Records) -> None:
        self._cell_of = records.summaries
        self._all: dict[str, list[Summary]] = {}
        self._amounts = Amounts(".")
        self._counted = 0

    def add(self, line: int, base: str, said: dict[str, str]) -> None:
        """Remember a summary."""
        self._all.setdefault(said.get(_ID, ""), []).append(Summary(line, base, said))

    def of(self, said: dict[str, str]) -> Summary | str:
        """Return the summary a record points to, or in words why there is none."""
        number = said.get(_ID, "")
        found = self._all.get(number, [])
        if not found:
            return f"it points to no summary of this file ({number[:20] or 'none'})"
        for cell in _NARROWER:
            wanted = said.get(cell, "")
            same = [one for one in found if one.said.get(cell) == wanted]
            found = same if wanted and same else found
        if len(found) > 1:
            if len({_currency(one.said) for one in found}) > 1:
                return f"the summaries {number[:20]} are in several currencies"
            for one in found:
                one.shared = True
        return found[0]

    def whole(self, summary: Summary) -> dict[str, str]:
        """Return what a summary says, and where it is silent what the one above it says."""
        above = self._all.get(summary.said.get(_PARENT, ""), [])
        said = {name: text for name, text in summary.said.items() if text}
        return {**above[0].said, **said} if len(above) == 1 and above[0] is not summary else said

    def count(self, summary: Summary, amount: str) -> None:
        """Add what a record says is due; what is no amount is refused where rows are read."""
        self._counted += 1
        summary.records += 1
        summary.come_to = EXACT.add(summary.come_to, self._read(amount) or Decimal(0))

    def end(self, *, whole: bool) -> Iterator[tuple[int, str, dict[str, str]] | RowProblem]:
        """Yield the summaries that are the only ones to say what is due, and what does not tie.

        whole False: other files of the report may have the records that are not here.
        """
        for summary in (one for found in self._all.values() for one in found):
            text = summary.said.get(self._cell_of.get(summary.base, ""), "")
            stated = self._read(text)
            if text and stated is None:
                yield _problem(summary, f"{text[:40]!r} is not an amount")
            elif not stated and not summary.records:
                yield from self._only_earned(summary, text)
            elif not self._counted and whole:
                yield summary.line, text, self.whole(summary)
            elif not self._counted:
                yield _problem(
                    summary,
                    f"its {stated:f} may be told in the other files; it is not counted here",
                )
            elif stated is not None and whole and _differs(summary, stated):
                yield _problem(
                    summary,
                    f"the summary says {stated:f}, but its records come to "
                    f"{summary.come_to:f}; the difference is not in this statement",
                )

    def _only_earned(self, summary: Summary, text: str) -> Iterator[RowProblem]:
        """Say of a summary that is silent on what is due that it does say what was earned."""
        earned = summary.said.get(_EARNED, "")
        due = self._cell_of.get(summary.base, "")
        if due and not text and self._read(earned) and not self._counted:
            yield _problem(
                summary,
                f"it says {earned[:40]} as {_EARNED}, but not what is due ({due}); "
                "it is not counted",
            )

    def _read(self, text: str) -> Decimal | None:
        try:
            return self._amounts.read(text) if text else None
        except ValueError:
            return None


def _differs(summary: Summary, stated: Decimal) -> bool:
    """Return whether more is missing than a summary written with fewer digits leaves out."""
    digits = stated.as_tuple().exponent
    least = Decimal(1).scaleb(min(digits if isinstance(digits, int) else 0, -2))
    return not summary.shared and abs(EXACT.subtract(stated, summary.come_to)) >= least


def _currency(said: dict[str, str]) -> str:
    return next((said[one] for one in _CURRENCIES if said.get(one)), "")


def _problem(summary: Summary, words: str) -> RowProblem:
    return RowProblem(summary.line, f"Line {summary.line} ({summary.base}): {words}.")
