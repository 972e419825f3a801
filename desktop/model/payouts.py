"""Where a registry is to pay: kinds of payout channels, their forms, and where each stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit


class PayoutKind(StrEnum):
    """The ways of being paid that Open Claims names."""

    IBAN = "iban"
    PAYMENT_POINTER = "payment_pointer"
    PAYPAL = "paypal"
    STRIPE = "stripe"


class PayoutState(StrEnum):
    """Where a payout channel stands at its registry. Paid is only through the one in force."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    """The registry has it and confirms it later; until then it pays where it paid before."""
    IN_FORCE = "in_force"
    REFUSED = "refused"
    REPLACED = "replaced"
    """A newer one of mine took its place."""
    NOT_MINE = "not_mine"
    """The registry confirmed one that this library never gave."""
    SEEN = "seen"
    """The user knows of the one that this library never gave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """One payout channel that was given to a registry. kind is "" for one that is not ours."""

    payout_id: int
    registry_id: int
    registry: str
    did: str
    kind: str
    value: str
    state: PayoutState
    made: datetime
    attempts: int = 0
    last_problem: str = ""
    document: bytes = b""

    @property
    def hint(self) -> str:
        """Enough to recognise it, and no more."""
        return hint_of(self.value)


NAMES = {
    PayoutKind.IBAN: "Bank account (IBAN)",
    PayoutKind.PAYMENT_POINTER: "Payment pointer",
    PayoutKind.PAYPAL: "PayPal",
    PayoutKind.STRIPE: "Stripe",
}
RIGHT = {
    PayoutKind.IBAN: "An IBAN looks like DE89 3704 0044 0532 0130 00.",
    PayoutKind.PAYMENT_POINTER: "A payment pointer looks like $wallet.example/ana.",
    PayoutKind.PAYPAL: "PayPal wants your e-mail address there, or the 13 letters and digits "
    "of a merchant ID.",
    PayoutKind.STRIPE: "A Stripe account looks like acct_1A2b3C4d5E6f7G8h.",
}
_BARE = {**NAMES, PayoutKind.IBAN: "IBAN"}
_EMAIL = re.compile(r"[^@\s\"(),:;<>\[\\\]]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
_MERCHANT = re.compile(r"[2-9A-HJ-NP-Z]{13}")
_STRIPE = re.compile(r"acct_[A-Za-z0-9]{6,60}")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")
_LONGEST = 200


def read_value(kind: PayoutKind, typed: str) -> str:
    """Return a payout channel's value in its one form. Raises ValueError that says what is wrong.

    RIGHT says what would be right. Only the form is checked: whose account it is, nobody can tell
    offline.
    """
    text = "".join(typed.split())
    value = _READERS[kind](text) if len(text) <= _LONGEST else ""
    if not value:
        raise ValueError(f"This is no valid {_BARE[kind]}: {_shown(typed)}.")
    return value


def shown_value(kind: str, value: str) -> str:
    """Return a value as people compare it with paper: an IBAN in groups of four."""
    if kind != PayoutKind.IBAN:
        return value
    return " ".join(value[at : at + 4] for at in range(0, len(value), 4))


def hint_of(value: str) -> str:
    """Return the last characters of a value."""
    return f"…{value[-4:]}" if value else ""


def _iban(text: str) -> str:
    from stdnum import iban
    from stdnum.exceptions import ValidationError

    try:
        return str(iban.validate(text))
    except ValidationError:
        return ""


def _payment_pointer(text: str) -> str:
    """Payment pointers (Interledger): $host/path and nothing else; always https.

    No port, user, query or fragment; an empty path means /.well-known/pay.
    """
    if not text.startswith("$"):
        return ""
    try:
        parts = urlsplit(f"https://{text[1:]}")
        plain = parts.port is None and parts.netloc == parts.hostname
    except ValueError:
        return ""
    path = parts.path.rstrip("/")
    if not plain or "?" in text or "#" in text or not _HOST.fullmatch(parts.netloc):
        return ""
    known = _PATH.fullmatch(path) and not {".", ".."} & set(path.split("/"))
    return f"${parts.netloc}{path}" if known else ""


def _paypal(text: str) -> str:
    return text if _EMAIL.fullmatch(text) or _MERCHANT.fullmatch(text) else ""


def _stripe(text: str) -> str:
    return text if _STRIPE.fullmatch(text) else ""


def _shown(typed: str) -> str:
    text = " ".join(typed.split())
    return repr(text if len(text) <= 40 else f"{text[:39]}…") if text else "nothing was typed"


_READERS = {
    PayoutKind.IBAN: _iban,
    PayoutKind.PAYMENT_POINTER: _payment_pointer,
    PayoutKind.PAYPAL: _paypal,
    PayoutKind.STRIPE: _stripe,
}
