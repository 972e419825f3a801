"""Asks a registry about a finding: by a letter, or by a signed dispute where it takes disputes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from desktop.claims.answer import Subject
from desktop.errors import UsageProblem
from desktop.flows.identifying import answering_key, who_am_i
from desktop.flows.responding import CAN_BE_DISPUTED, dispute
from desktop.flows.weighing import find_finding, keep_decision
from desktop.model.findings import Channel, Deed, KeptFinding
from desktop.model.payments import SignatureState
from desktop.model.queries import Letter, Query, QueryItem, QueryLine
from desktop.model.registries import NOT_POSSIBLE, Ability
from desktop.model.works import Evidence
from desktop.payments.letters import write_letter
from desktop.services import Services
from desktop.store import answers, bank, claims, findings, registries
from desktop.store.database import Connection

MOST_LINES_TOLD = 50
MOST_NOTE_CHARACTERS = 4000
ENTRY = "bank entry "
# What of a finding is a matter of a claim: the part of the work that is held.
_SUBJECTS = {"S3": Subject.SHARE, "A3": Subject.SHARE}


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeOffer:
    """The claim a dispute would be about, and what would be said and signed."""

    claim_id: int
    title: str
    subject: Subject
    note: str
    did: str


def draft_letter(finding_ids: Sequence[str], services: Services) -> Letter:
    """Return the letter about findings of one statement; nothing is kept. Raises UsageProblem."""
    about = [find_finding(one, services) for one in dict.fromkeys(finding_ids)]
    return write_letter(_query(about, services))


def ask_by_letter(
    finding_ids: Sequence[str], services: Services, *, on: date | None = None
) -> Letter:
    """Keep that the user asks by letter, with the letter as it was; nothing is sent by the app."""
    about = [find_finding(one, services) for one in dict.fromkeys(finding_ids)]
    letter = write_letter(_query(about, services))
    day = on or services.now().astimezone().date()
    with services.store.write() as tx:
        for one in about:
            keep_decision(
                tx,
                one,
                Deed.ASKED,
                services.now_s(),
                words=letter.text,
                happened_on=day,
                channel=Channel.LETTER,
                document=letter.page.encode(),
            )
    return letter


def dispute_offer(finding_id: str, services: Services) -> DisputeOffer:
    """Return what a dispute would say. Raises UsageProblem, in words, where none can be opened."""
    about = find_finding(finding_id, services)
    subject = _SUBJECTS.get(about.finding.check)
    if subject is None or about.statement_id is None:
        raise UsageProblem(
            "A dispute is about who holds a work. This finding is not, so it is asked by letter.",
            advice=f"`findings ask {about.finding_id}`",
        )
    with services.store.read() as connection:
        registry = registries.by_id(connection, about.registry_id)
        if Ability.DISPUTE not in registry.abilities:
            raise UsageProblem(NOT_POSSIBLE[Ability.DISPUTE], advice="Ask it by letter instead.")
        lines = findings.lines_named(connection, about.statement_id, about.finding.lines)
        named = {line["claim_id"] for line in lines}
        if len(named) != 1 or None in named:
            raise UsageProblem(
                "A dispute is about one claim of yours, and this finding names none or several.",
                advice="Ask it by letter instead.",
            )
        (claim_id,) = named
        if claims.state(connection, claim_id, about.registry_id) not in CAN_BE_DISPUTED:
            raise UsageProblem(
                f"{about.registry} has not accepted that claim, so it cannot be disputed there.",
                advice="Ask it by letter instead.",
            )
        return DisputeOffer(
            claim_id=claim_id,
            title=lines[0]["title"],
            subject=subject,
            note=_note(about),
            did=claims.did_of(connection, claim_id),
        )


def ask_by_dispute(finding_id: str, services: Services) -> DisputeOffer:
    """Sign a dispute with the statement as evidence, queue it, and keep that it was asked.

    The registry holds the work's money until it is resolved. Raises UsageProblem, KeyProblem.
    """
    offer = dispute_offer(finding_id, services)
    answering_key(offer.did, services)
    about = find_finding(finding_id, services)
    with services.store.write() as tx:
        dispute(
            offer.claim_id,
            about.registry,
            offer.subject,
            services,
            evidence=_evidence(tx, about),
            note=offer.note,
        )
        said = answers.of_claim(tx, offer.claim_id, about.registry_id)[-1]
        keep_decision(
            tx,
            about,
            Deed.ASKED,
            services.now_s(),
            words=offer.note,
            happened_on=services.now().astimezone().date(),
            channel=Channel.DISPUTE,
            answer_id=said.answer_id,
            document=said.document,
        )
    return offer


def _evidence(connection: Connection, about: KeptFinding) -> list[Evidence]:
    if about.statement_id is None:
        return []
    head = findings.source_of(connection, about.statement_id)
    return [
        Evidence(
            sha256=head.sha256,
            kind="statement",
            dated=head.issued.isoformat(),
            note=f"Statement {about.number}, revision {about.revision}",
        )
    ]


def _note(about: KeptFinding) -> str:
    one = about.finding
    lines = ", ".join(one.lines[:MOST_LINES_TOLD])
    said = (
        f"{about.about}: {one.sentence} Expected {one.expected}, found {one.actual}. "
        f"Lines: {lines or 'none'}. My reference: {about.finding_id}."
    )
    return said[:MOST_NOTE_CHARACTERS]


def _query(about: Sequence[KeptFinding], services: Services) -> Query:
    first = about[0]
    if len({(one.registry_id, one.number) for one in about}) > 1:
        raise UsageProblem(
            "One letter is about one statement.", advice="Ask about each statement for itself."
        )
    me = who_am_i(services)
    with services.store.read() as connection:
        sha256, period, signed = "", "", False
        if first.statement_id is not None:
            head = findings.source_of(connection, first.statement_id)
            sha256, signed = head.sha256, head.signature is SignatureState.VERIFIED
            last = date.fromordinal(head.period.end.toordinal() - 1)
            period = f"{_day(head.period.start)} to {_day(last)}"
        items = tuple(_item(connection, one) for one in about)
    return Query(
        registry=first.registry,
        number=first.number,
        revision=first.revision,
        period=period,
        sha256=sha256,
        signed=signed,
        sender=me.party.name if me else "",
        written_on=services.now().astimezone().date(),
        items=items,
    )


def _item(connection: Connection, about: KeptFinding) -> QueryItem:
    names = about.finding.lines
    lines: list[QueryLine] = []
    if about.statement_id is not None and names:
        lines = [
            QueryLine(
                number=row["position"] + 1,
                name=row["external_id"],
                title=row["title"],
                amount=f"{Decimal(row['net']):f} {row['currency']}",
            )
            for row in findings.lines_named(connection, about.statement_id, names[:MOST_LINES_TOLD])
        ]
    for name in names:
        if name.startswith(ENTRY):
            entry = bank.by_id(connection, int(name.removeprefix(ENTRY))).entry
            amount = f"{entry.amount} {entry.amount.currency}"
            said = f"booked on {_day(entry.booked_on)}"
            lines.append(QueryLine(number=None, name=said, title=entry.reference, amount=amount))
    return QueryItem(finding=about, lines=tuple(lines), more=max(0, len(names) - MOST_LINES_TOLD))


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
