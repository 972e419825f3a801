"""collaborators: who is due what, what was handed on, from the command line."""

from __future__ import annotations

from datetime import date

from desktop.flows.identifying import create_identity
from tests.cli.running import Cli
from tests.flows.sharing import pay, shared_work
from tests.studio import open_studio


def test_due_paid_and_taken_back(cli: Cli) -> None:
    with open_studio(cli.library) as services:
        create_identity("Ana Sousa", services)
        song = shared_work(services, {"me": "2/3", "Ben Okafor": "1/3"})
        number = pay(services, {song: "100"}, recouped="100.00")
        pay(services, {song: "10"}, number="S-2")
    rows = cli("collaborators").rows
    assert [(row["party"], row["open"], row["awaited"]) for row in rows] == [
        ("Ben Okafor", "33.33", "3.33")
    ]
    rows = cli("collaborators", "payment", str(number)).rows
    assert {row["party"]: row["amount"] for row in rows if row["work_id"]} == {
        "Ana Sousa": "66.67",
        "Ben Okafor": "33.33",
    }
    said = cli(
        "collaborators", "paid", "Ben Okafor", "40", "EUR", "--date", "2026-03-01", "--way", "bank"
    ).row
    assert (said["paid"], said["balance"]["open"]) == ("40.00", "-6.67")
    text = cli.plain("collaborators", "show", "Ben Okafor").text
    assert "6.67 EUR more than is due was paid, 3.33 EUR when it arrives" in text
    assert "due when it arrives" in text
    cli("collaborators", "undo", str(said["payout_id"]))
    assert cli("collaborators", "list").row["open"] == "33.33"
    refused = cli("collaborators", "paid", "Nobody", "40", "EUR", code=2)
    assert "party list" in refused.out.decode()


def test_what_is_nobodys_and_the_commands_that_mend_it(cli: Cli) -> None:
    with open_studio(cli.library) as services:
        create_identity("Ana Sousa", services)
        song = shared_work(services, {"me": "2/3"})
        number = pay(services, {song: "90"})
    row = cli("collaborators", "nobody").row
    assert (row["amount"], row["why"], row["payments"]) == ("30.00", "left_open", [number])
    text = cli.plain("collaborators", "nobody").text
    assert "Say whose it is" in text
    assert f"`work edit {song} --only-these-shares" in text
    shares = [f"--share={who}:{right}:{part}" for right in ("training", "reference", "output")
              for who, part in (("me", "2/3"), ("Ben", "1/3"))]  # fmt: skip
    cli("work", "edit", str(song), "--only-these-shares", *shares)
    assert cli("collaborators", "nobody").rows == []


def test_advances_and_tax(cli: Cli) -> None:
    made = cli("advances", "add", "Lumen", "1000", "EUR", "--new", "--terms", "two books").row
    assert (made["registry"], made["amount"]) == ("Lumen", "1000.00")
    cli("withholding", "set", "Lumen", "15%", "--country", "us", "--since", "2026-01-01")
    assert "Lumen (US): 15 % since 2026-01-01" in cli.plain("withholding", "list").text
    with open_studio(cli.library) as services:
        pay(services, {0: "250.50"}, month=date(2199, 1, 1), recouped="250.50")
        pay(services, {0: "9"}, number="S-2", month=date(2199, 2, 1), tax_withheld="1.00")
    text = cli.plain("advances", "balances").text
    assert "749.50 of 1000.00 advanced is still to be earned" in text
    # What is here already is checked by what is said now.
    said = cli("withholding", "set", "Lumen", "0%", "--since", "2026-01-01", code=1).rows
    assert [row["check"] for row in said[1:]] == ["T2"]
    cli("advances", "undo", str(made["advance_id"]))
    assert [row["amount"] for row in cli("advances", "list").rows] == ["1000.00", "-1000.00"]
    assert "advanced" not in cli.plain("advances", "balances").text
    assert "no registry called" in cli("advances", "add", "X", "1", "EUR", code=2).out.decode()
    assert cli("advances", "reserve", "Lumen", "12").row["reserve_months"] == 12


def test_tax_numbers_and_invoices(cli: Cli) -> None:
    with open_studio(cli.library) as services:
        pay(services, {0: "100"}, month=date(2026, 6, 1))
    said = cli("tax", "payer", "Lumen", "--vat-number", "DE1", "--self-billing", "yes",
               "--since", "2026-01-01").row  # fmt: skip
    assert (said["self_billing"], len(said["doubts"])) == ("yes", 1)
    assert "tax number 7" in cli.plain("tax", "mine", "pt", "--tax-number", "7").text
    assert "they issue the invoices since 2026-01-01" in cli.plain("tax", "list").text
    assert cli("tax", "invoices").row["gross"] == "100.00"
    assert "net 100.00, VAT 0.00, gross 100.00 EUR" in cli.plain("tax", "invoices").text
