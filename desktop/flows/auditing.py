"""The history of one row of money in plain words: who did what, when, and how to undo it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from desktop.errors import UsageProblem
from desktop.flows.attaching import put_back, take_away
from desktop.flows.checking_payouts import PAID, TAKEN_BACK
from desktop.flows.handing_on import take_back_payout
from desktop.flows.keeping_matches import unmatch
from desktop.flows.owing import mark_payment
from desktop.flows.setting_aside import count_again
from desktop.flows.typed_money import REFERENCE, reverse_entry
from desktop.flows.weighing import find_finding, list_findings, reopen
from desktop.model.audit import Act, Happened, Happening, Kind, Undo
from desktop.model.findings import Channel, Decision, Deed, FindingState, KeptFinding
from desktop.model.journal import JournalRow
from desktop.model.matches import Mark
from desktop.model.money import Money
from desktop.model.times import from_seconds
from desktop.services import Services
from desktop.store import audit, bank, collaborators, findings, journal
from desktop.store.database import Connection

YOU, APP = "You", "The app"
_ACTIONS = {
    Act.STATED: ("statement.kept", "statements.imported"),
    Act.ANNOUNCED: ("remittance.kept",),
    Act.BOOKED: ("bank.",),
    Act.MATCHED: ("payment.",),
    Act.UNMATCHED: ("payment.",),
    Act.MARKED: ("payment.",),
    Act.ASIDE: ("statement.",),
    Act.PAID: (PAID, TAKEN_BACK),
    Act.ATTACHED: ("attach", "file."),
    Act.TAKEN_AWAY: ("attach", "file."),
}


def history_of(kind: Kind, identifier: int | str, services: Services) -> list[Happening]:
    """Return what happened to a payment, statement, bank entry, payout or finding, oldest first.

    identifier: the number here of the statement (of a payment too), entry or payout, or the
    finding's id.
    Raises UsageProblem if there is none.
    """
    if kind is Kind.FINDING:
        about = find_finding(str(identifier), services)
        with services.store.read() as connection:
            return _in_order(_decided(connection, about))
    number = int(identifier)
    if kind is Kind.ENTRY:
        with services.store.read() as connection:
            bank.by_id(connection, number)
            happened = list(audit.of_entry(connection, number))
            return _in_order(_line(connection, one, number) for one in happened)
    if kind is Kind.PAYOUT:
        return _payout(services, number)
    decided = list_findings(services, everything=True, statement_id=number)
    with services.store.read() as connection:
        registry_id, name = findings.number_of(connection, number)
        if not name:
            raise UsageProblem(f"There is no {kind.value} {number}.")
        happened = list(audit.of_statement(connection, registry_id, name))
        entries = {one.about["entry_id"] for one in happened if one.act is Act.MATCHED}
        happened += [
            one
            for entry_id in entries
            for one in audit.of_entry(connection, entry_id)
            if one.act is Act.BOOKED
        ]
        lines = [_line(connection, one, number) for one in happened]
        lines += [line for one in decided for line in _decided(connection, one)]
    return _in_order(lines)


def _payout(services: Services, number: int) -> list[Happening]:
    with services.store.read() as connection:
        if collaborators.payout(connection, number) is None:
            raise UsageProblem(f"There is no payout {number}.")
        happened = list(audit.of_payout(connection, number))
        return _in_order(_line(connection, one, number) for one in happened)


def undo(offer: Undo, services: Services) -> None:
    """Undo something by a further row; what was done stays to be seen. Raises AppError."""
    _UNDONE[offer.act](offer.target, services)


_UNDONE: Mapping[Act, Callable[[str, Services], object]] = {
    Act.MATCHED: lambda target, services: unmatch(int(target), services),
    Act.MARKED: lambda target, services: mark_payment(int(target), Mark.NONE, "", services),
    Act.ASIDE: lambda target, services: count_again(int(target), services),
    Act.BOOKED: lambda target, services: reverse_entry(int(target), services),
    Act.PAID: lambda target, services: take_back_payout(int(target), services),
    Act.ATTACHED: lambda target, services: take_away(int(target), services),
    Act.TAKEN_AWAY: lambda target, services: put_back(int(target), services),
    Act.DECIDED: reopen,
}


def _line(connection: Connection, one: Happened, number: int) -> Happening:
    who, what = _WORDS[one.act](one.about)
    row = _row_of(journal.at(connection, one.time_s), one)
    return Happening(
        time=from_seconds(one.time_s),
        who=who,
        what=what,
        row=row,
        undo=_undo(one.act, one.about, number),
    )


def _row_of(rows: list[JournalRow], one: Happened) -> int | None:
    """Return the journal's row of that moment that tells of it; of several, the one naming it."""
    fitting = [row for row in rows if row.action.startswith(_ACTIONS[one.act])]
    named = {str(value) for value in one.about.values()}
    best = [
        row
        for row in fitting
        if named & {row.subject, *(str(value) for value in row.detail.values())}
    ]
    chosen = best or fitting
    return chosen[0].seq if chosen else None


def _undo(act: Act, about: Mapping[str, Any], number: int) -> Undo | None:
    if act is Act.MATCHED and not about["is_back"]:
        return Undo(label="Take back", act=act, target=str(about["match_id"]))
    if act is Act.MARKED and about["last"] and about["mark"] != Mark.NONE:
        return Undo(label="Lift", act=act, target=str(number))
    if act is Act.ASIDE and about["aside"]:
        return Undo(label="Count again", act=act, target=str(about["statement_id"]))
    typed = act is Act.BOOKED and str(about["bank_reference"]).startswith(REFERENCE)
    if typed and about["reverses"] is None and not about["is_back"]:
        return Undo(label="Take back", act=act, target=str(about["entry_id"]))
    if act is Act.PAID and about["reverses"] is None and not about["is_back"]:
        return Undo(label="Take back", act=act, target=str(about["payout_id"]))
    if act is Act.ATTACHED and not about["away"]:
        return Undo(label="Take away", act=act, target=str(about["attached_id"]))
    if act is Act.TAKEN_AWAY and about["away"]:
        return Undo(label="Put back", act=act, target=str(about["attached_id"]))
    return None


def _decided(connection: Connection, about: KeptFinding) -> list[Happening]:
    rows = journal.naming(connection, "decision_id", [one.decision_id for one in about.decisions])
    seqs = {row.detail["decision_id"]: row.seq for row in rows}
    last = about.decisions[-1] if about.decisions else None
    takes_back = about.found and about.state not in (FindingState.OPEN, FindingState.SETTLED)
    return [
        Happening(
            time=one.made,
            who=APP if one.deed is Deed.SETTLED else YOU,
            what=_said(one, about),
            row=seqs.get(one.decision_id),
            undo=Undo(label="Open again", act=Act.DECIDED, target=about.finding_id)
            if one is last and takes_back
            else None,
        )
        for one in about.decisions
    ]


def _said(one: Decision, about: KeptFinding) -> str:
    name = about.finding_id
    if one.deed is Deed.ASKED:
        way = (
            "opened a dispute about" if one.channel is Channel.DISPUTE else "asked by letter about"
        )
        return f"{way} {name}."
    words = {
        Deed.DISMISSED: f"dismissed {name}",
        Deed.ANSWERED: f"kept the answer to {name}",
        Deed.SETTLED: f"settled {name}",
        Deed.REOPENED: f"opened {name} again",
    }[one.deed]
    return f"{words}: {one.words}" if one.words else f"{words}."


def _in_order(lines: Any) -> list[Happening]:
    return sorted(lines, key=lambda one: (one.time, one.row or 0))


def _stated(about: Mapping[str, Any]) -> tuple[str, str]:
    revision = f" revision {about['revision']}" if about["revision"] > 1 else ""
    signature = {
        "verified": "its signature holds",
        "invalid": "its signature does not hold",
        "unsigned": "it is not signed",
    }[about["signature"]]
    found = {0: "no findings", 1: "1 finding"}.get(about["found"], f"{about['found']} findings")
    lines = f"{about['lines']:,} lines" if about["lines"] != 1 else "1 line"
    return about["registry"], f"stated it{revision}: {lines}, {signature}, {found}."


def _announced(about: Mapping[str, Any]) -> tuple[str, str]:
    money = Money(about["currency"], about["part_minor"])
    return about["registry"], f"said it sent {money} {money.currency} ({about['external_id']})."


def _booked(about: Mapping[str, Any]) -> tuple[str, str]:
    if str(about["bank_reference"]).startswith(REFERENCE):
        if about["reverses"] is None:
            return YOU, f"typed in bank entry {about['entry_id']}."
        return YOU, f"took bank entry {about['reverses']} back by an opposite one."
    line = f", line {about['line']}" if about["line"] else ""
    return YOU, f"took in bank entry {about['entry_id']} with {about['file']}{line}."


def _matched(about: Mapping[str, Any]) -> tuple[str, str]:
    money = Money(about["currency"], about["amount_minor"])
    day = date.fromisoformat(about["booked_on"])
    entry = f"bank entry {about['entry_id']} of {day.day} {day:%B %Y}"
    kind = "" if about["kind"] == "payment" else f" as {about['kind']}"
    who = YOU if about["confirmed"] else APP
    where = f" with statement {about['number']}" if about["number"] else ""
    reason = f": {about['reason']}" if about["reason"] else ""
    return who, f"matched {money} {money.currency} of {entry}{where}{kind}{reason}."


def _unmatched(about: Mapping[str, Any]) -> tuple[str, str]:
    reason = f": {about['reason']}" if about["reason"] else ""
    return YOU, f"took the match with bank entry {about['entry_id']} back{reason}."


def _marked(about: Mapping[str, Any]) -> tuple[str, str]:
    if about["mark"] == Mark.NONE:
        return YOU, "lifted that."
    return YOU, f"marked it as {about['mark']}: {about['reason']}"


def _aside(about: Mapping[str, Any]) -> tuple[str, str]:
    word = "set it aside, so that it does not count" if about["aside"] else "let it count again"
    return YOU, f"{word}: {about['reason']}." if about["reason"] else f"{word}."


def _paid(about: Mapping[str, Any]) -> tuple[str, str]:
    if about["reverses"] is not None:
        return YOU, f"took payout {about['reverses']} back by an opposite one."
    money = Money(about["currency"], about["amount_minor"])
    return YOU, f"recorded a payout of {money} {money.currency} to {about['party']}."


def _attached(about: Mapping[str, Any]) -> tuple[str, str]:
    return YOU, f"put {about['name']} back." if about["back"] else f"attached {about['name']}."


def _taken_away(about: Mapping[str, Any]) -> tuple[str, str]:
    return YOU, f"took {about['name']} away; its bytes stay."


_WORDS: Mapping[Act, Callable[[Mapping[str, Any]], tuple[str, str]]] = {
    Act.STATED: _stated,
    Act.ANNOUNCED: _announced,
    Act.BOOKED: _booked,
    Act.MATCHED: _matched,
    Act.UNMATCHED: _unmatched,
    Act.MARKED: _marked,
    Act.ASIDE: _aside,
    Act.PAID: _paid,
    Act.ATTACHED: _attached,
    Act.TAKEN_AWAY: _taken_away,
}
