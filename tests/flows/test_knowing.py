"""Whether the key that signed a statement was the registry's on the day of issue (I2)."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from desktop.flows.knowing import known_of
from desktop.identity.canonical import canonical_bytes
from desktop.model.payments import SignatureState
from desktop.model.registries import RegistryKind
from desktop.payments.checks import check_statement
from desktop.services import Services
from desktop.store import registries
from desktop.store.registries import Keys
from tests.payments.making import statement


@pytest.mark.parametrize(
    ("key", "issued", "valid"),
    [
        ("old", date(2026, 2, 3), True),
        ("old", date(2026, 5, 2), False),
        ("new", date(2026, 5, 2), True),
        ("new", date(2026, 3, 20), True),
        ("new", date(2026, 2, 3), False),
        ("never seen", date(2026, 2, 3), None),
    ],
)
def test_a_key_counts_in_its_time(
    studio: Services, key: str, issued: date, valid: bool | None
) -> None:
    """The old key was seen on 1 March, the new one in its place on 1 May."""
    with studio.store.write() as tx:
        registry = registries.add(tx, "R", RegistryKind.OPEN_CLAIMS, "https://r.example")
        for method, month, decision in (("old", 3, "first"), ("new", 5, "accepted")):
            seen = int(datetime(2026, month, 1, tzinfo=UTC).timestamp())
            keys = Keys(did="did:key:z", keys={method: "z"})
            registries.keep_keys(tx, registry.registry_id, keys, decision, seen)
    made = dataclasses.replace(
        statement([Decimal("1.00")]),
        issued=issued,
        document=canonical_bytes({"proof": {"verificationMethod": key}}),
        signature=SignatureState.VERIFIED,
    )
    known = known_of(registry, made, studio)
    assert known.key_valid is valid
    found = {finding.check for finding in check_statement(made, known)}
    assert ("I2" in found) is (valid is False)
