"""Statement lines as columns: a few small arrays that hold a million lines, to add them up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from desktop.model.money import EXACT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DECIMALS = 18
LIMB = 10**9


class Dimension(StrEnum):
    """What lines can be added up by, and filtered by."""

    WORK = "work"
    REGISTRY = "registry"
    STATEMENT = "statement"
    MONTH = "month"
    LICENSEE = "licensee"
    MODEL = "model"
    USE = "use"
    RIGHT = "right"
    TERRITORY = "territory"
    CURRENCY = "currency"
    TITLE = "title"


NAMED = (
    Dimension.LICENSEE, Dimension.MODEL, Dimension.USE, Dimension.RIGHT, Dimension.TERRITORY,
    Dimension.CURRENCY, Dimension.TITLE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """Lines as columns of one length. codes: a number for each value, 0 or more, by dimension.

    limbs: (k, lines), the least first: net × 10**18 in digits of base 10**9, each with the sign of
    the amount. position: of the line in its statement.
    """

    codes: Mapping[Dimension, NDArray[np.int32]]
    limbs: NDArray[np.int32]
    position: NDArray[np.int32]

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self.position)


def joined(parts: Sequence[Columns]) -> Columns:
    """Put columns one after the other; amounts may have different numbers of limbs."""
    import numpy as np  # only who holds columns needs it

    if not parts:
        nothing = np.zeros(0, np.int32)
        return Columns(dict.fromkeys(Dimension, nothing), np.zeros((0, 0), np.int32), nothing)
    deepest = max(len(part.limbs) for part in parts)
    limbs = [np.pad(part.limbs, ((0, deepest - len(part.limbs)), (0, 0))) for part in parts]
    return Columns(
        {
            dimension: np.concatenate([part.codes[dimension] for part in parts])
            for dimension in Dimension
        },
        np.concatenate(limbs, axis=1),
        np.concatenate([part.position for part in parts]),
    )


def amount_of(digits: Iterable[int]) -> Decimal:
    """Return the amount whose digits these are, without zeros at its end."""
    whole = sum(int(digit) * LIMB**place for place, digit in enumerate(digits))
    return EXACT.normalize(EXACT.scaleb(Decimal(whole), -DECIMALS))


def digits_of(amount: Decimal) -> list[int]:
    """Return an amount × 10**18 in digits of base 10**9, the least first, each with its sign.

    Raises ValueError for more than 18 decimals.
    """
    scaled = EXACT.scaleb(amount, DECIMALS)
    whole = int(scaled)
    if whole != scaled:
        raise ValueError(f"{amount} has more than {DECIMALS} decimals.")
    sign, rest = (-1, -whole) if whole < 0 else (1, whole)
    digits = []
    while rest:
        rest, low = divmod(rest, LIMB)
        digits.append(sign * low)
    return digits


def month_code(day: date) -> int:
    """Return a number for a day's month; months in their order, one after the other."""
    return day.year * 12 + day.month - 1


def month_of(code: int) -> date:
    """Return the first day of the month that a number stands for."""
    return date(code // 12, code % 12 + 1, 1)


def work_code(work_id: int | None, payer_work_id: int | None = None) -> int:
    """Return a number for a work, or for what a payer calls a work; 0 for neither."""
    if work_id is not None:
        return 2 * work_id
    return 2 * payer_work_id + 1 if payer_work_id is not None else 0


def work_of(code: int) -> tuple[int | None, int | None]:
    """Return (work_id, payer_work_id) that a number stands for; one of them at most."""
    if code == 0:
        return None, None
    return (None, code // 2) if code % 2 else (code // 2, None)
