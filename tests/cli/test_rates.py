"""rates: the home currency and its totals, from the command line."""

from __future__ import annotations

from tests.cli.running import Cli
from tests.flows.test_converting import pay_in_three
from tests.studio import open_studio


def test_on_the_command_line(cli: Cli) -> None:
    with open_studio(cli.library) as services:
        pay_in_three(services)
    assert cli("rates", "home").row == {"home_currency": None}
    assert "No home currency" in cli("rates", "totals", code=2).out.decode()
    cli("rates", "home", "EUR")
    rows = cli("rates", "totals").rows
    assert [(row["total"], row["amount"], row["left_out"]) for row in rows if "total" in row] == [
        ("received", "137.74", 1),
        ("owed", "7.00", 0),
    ]
    text = cli.plain("rates", "show", "usd", "--on", "2024-05-04").text
    assert text == "1 USD = 0.930752 EUR, European Central Bank, 2024-05-03\n"
    assert "publishes no rate of KWD" in cli("rates", "show", "KWD", code=1).out.decode()
    assert "not an ISO 4217" in cli("rates", "show", "EURO", code=2).out.decode()
