"""What was said of tax numbers and of who issues invoices. The newest word counts."""

from __future__ import annotations

from datetime import date

from desktop.model.tax_numbers import OwnNumbers, PayerTax, SelfBilling, TaxNumbers
from desktop.store import parties
from desktop.store.database import Connection, insert


def say_payer(connection: Connection, registry_id: int, said: PayerTax, now_s: int) -> None:
    """Keep what was said of a payer."""
    insert(
        connection,
        "payer_tax",
        {
            "registry_id": registry_id,
            "vat_number": said.vat_number,
            "self_billing": said.self_billing.value,
            "since": said.since.isoformat() if said.since else None,
            "said_s": now_s,
        },
    )


def say_own(connection: Connection, said: OwnNumbers, now_s: int) -> None:
    """Keep the user's numbers in a country, for the identity that signs now."""
    me = parties.me(connection)
    insert(
        connection,
        "own_tax_numbers",
        {
            "party_id": me.party_id if me else None,
            "country": said.country,
            "vat_number": said.vat_number,
            "tax_number": said.tax_number,
            "said_s": now_s,
        },
    )


def known(connection: Connection) -> TaxNumbers:
    """Return everything that was said; of the user's numbers, the newest of each country.

    What was said before there was an identity counts for the one there is now.
    """
    rows = connection.execute(
        "SELECT payer_tax.*, registries.name AS registry FROM payer_tax "
        "JOIN registries USING (registry_id) ORDER BY payer_tax_id DESC"
    )
    payers = [
        PayerTax(
            registry=row["registry"],
            vat_number=row["vat_number"],
            self_billing=SelfBilling(row["self_billing"]),
            since=date.fromisoformat(row["since"]) if row["since"] else None,
        )
        for row in rows
    ]
    me = parties.me(connection)
    own: dict[str, OwnNumbers] = {}
    for row in connection.execute(
        "SELECT * FROM own_tax_numbers WHERE party_id IS NULL OR party_id = ? "
        "ORDER BY own_tax_number_id DESC",
        (me.party_id if me else None,),
    ):
        numbers = (row["vat_number"], row["tax_number"])
        said = OwnNumbers(country=row["country"], vat_number=numbers[0], tax_number=numbers[1])
        own.setdefault(said.country, said)
    return TaxNumbers(
        payers=tuple(payers),
        own=tuple(one for one in own.values() if one.vat_number or one.tax_number),
    )
