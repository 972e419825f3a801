"""The fictitious licensee: what it may use, how much a work weighs, what it pays.

All numbers follow from the claim's hash and the month, so that the same claims earn the same.
"""

from __future__ import annotations

import hashlib
from fractions import Fraction
from typing import Any

LICENSEE = "Lumen Learning (fictitious)"
MODEL = "Lumen-2 (fictitious)"
TERRITORY = "DE"
POOL = Fraction(2400)
DISTRIBUTABLE = Fraction(65, 100)
RATE = Fraction(75, 100_000)
METHOD = "influence weights (fictitious)"
METHOD_VERSION = "practice-1"
WEIGHT_PLACES = 9
OUTPUT_EVERY = 3
"""One work in so many is seen in the model's output."""


def may_train(claim: dict[str, Any]) -> bool:
    """Tell whether the terms let a generative model train on the work; unset does not forbid it."""
    uses = claim["terms"]["uses"]
    return "deny" not in (uses["train"], uses["train-generative"])


def may_output(claim: dict[str, Any]) -> bool:
    """Tell whether the terms let the model's output draw on the work."""
    return bool(claim["terms"]["uses"]["output"] != "deny")


def weight(claim_hash: str, month: str) -> Fraction:
    """Return how much a work weighs in the training of a month: 0.8 to 3.2, 9 decimals."""
    base = Fraction(_number(claim_hash, "weight", 1_500_000_001), 10**WEIGHT_PLACES)
    monthly = Fraction(_number(claim_hash, month, 900_000_001), 10**WEIGHT_PLACES)
    return Fraction(8, 10) + base + monthly


def rest_of_catalogue(month: str) -> Fraction:
    """Return what all works of the fictitious other claimants weigh together."""
    return 900 + Fraction(_number("rest", month, 200 * 10**WEIGHT_PLACES), 10**WEIGHT_PLACES)


def confidence(claim_hash: str, month: str) -> Fraction:
    """Return how sure the licensee says it is of a weight: 0.70 to 0.99."""
    return Fraction(70 + _number(claim_hash, "confidence" + month, 30), 100)


def output_uses(claim_hash: str, month: str) -> int:
    """Return how often the model's output drew on the work; 0 for most works."""
    if _number(claim_hash, "seen", OUTPUT_EVERY):
        return 0
    return 200 + _number(claim_hash, "uses" + month, 2600)


def _number(claim_hash: str, purpose: str, below: int) -> int:
    digest = hashlib.sha256(f"{claim_hash}/{purpose}".encode()).digest()
    return int.from_bytes(digest[:16]) % below
