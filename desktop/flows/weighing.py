"""What is decided about findings: dismissed with a reason, answered, opened again, checked again.

Nothing is ever hidden or changed by it: each decision is a row of its own, and the newest counts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta

from desktop.errors import UsageProblem
from desktop.flows.checking_money import money_findings
from desktop.flows.knowing import known_in, paid_numbers
from desktop.model.findings import Channel, Deed, FindingState, KeptFinding, finding_ids
from desktop.model.payments import Finding, Payment, Statement
from desktop.model.registries import Registry
from desktop.payments.checks import Checker
from desktop.services import Services
from desktop.store import findings, journal, registries, statement_lines, statements
from desktop.store.database import Connection

MOST_CHARACTERS = 4000
_ORDER = list(FindingState)
CLOSED = {FindingState.DISMISSED, FindingState.SETTLED}


def list_findings(
    services: Services,
    *,
    everything: bool = False,
    statement_id: int | None = None,
    payments: Sequence[Payment] | None = None,
) -> list[KeptFinding]:
    """Return findings, the open ones first, and contradictions before questions.

    everything: also those that are dismissed or settled. statement_id: of that number only, and
    then payments may be the payment of it, which need not be derived again.
    """
    money = money_findings(services, payments)
    with services.store.read() as connection:
        found = findings.kept(connection, statement_id)
        mine = {(one.registry_id, one.number) for one in found}
        if statement_id is not None:
            mine.add(findings.number_of(connection, statement_id))
        decisions = findings.decisions(connection)
        found += [
            replace(one, decisions=tuple(decisions.get(one.finding_id, ())))
            for one in (*money, *_held_once(connection, {one.finding_id for one in money}))
            if statement_id is None or (one.registry_id, one.number) in mine
        ]
    chosen = [one for one in found if everything or one.state not in CLOSED]
    return sorted(chosen, key=_gravest_first)


def _held_once(connection: Connection, still: Collection[str]) -> list[KeptFinding]:
    """Return what was decided about money and is not found any more: it came right by itself."""
    return [
        KeptFinding(
            finding_id=one.finding_id,
            finding=one.finding,
            registry_id=one.registry_id,
            registry=one.registry,
            number=one.number,
            revision=one.revision,
            statement_id=one.statement_id,
            found=False,
        )
        for one in {one.finding_id: one for one in findings.decided(connection)}.values()
        if one.finding.check.startswith("P") and one.finding_id not in still
    ]


def find_finding(finding_id: str, services: Services) -> KeptFinding:
    """Return one finding; the first letters of its number are enough. Raises UsageProblem."""
    wanted = finding_id.strip().casefold()
    known = list_findings(services, everything=True)
    fitting = [one for one in known if wanted and one.finding_id.casefold().startswith(wanted)]
    exact = [one for one in fitting if one.finding_id.casefold() == wanted]
    if len(exact or fitting) != 1:
        several = "Several findings begin so" if fitting else "There is no finding"
        raise UsageProblem(f"{several}: {finding_id}.", advice="`findings --all` shows them.")
    return (exact or fitting)[0]


def dismiss(finding_id: str, reason: str, services: Services) -> KeptFinding:
    """Keep that a finding is nothing to act on, and why. Raises UsageProblem without a reason."""
    words = checked_words(reason, "A finding is dismissed with a reason", "--reason")
    return _decide(finding_id, Deed.DISMISSED, words, services)


def reopen(finding_id: str, services: Services, *, reason: str = "") -> KeptFinding:
    """Take back the newest decision by a further one: the finding is open again."""
    about = find_finding(finding_id, services)
    if about.state is FindingState.OPEN:
        raise UsageProblem(f"Finding {about.finding_id} is open already.")
    if not about.found:
        raise UsageProblem(
            f"Finding {about.finding_id} holds no more, so there is nothing to open again."
        )
    return _decide(about.finding_id, Deed.REOPENED, " ".join(reason.split()), services)


def answered(
    finding_id: str,
    text: str,
    services: Services,
    *,
    on: date | None = None,
    document: bytes | None = None,
) -> KeptFinding:
    """Keep what the registry answered, when, and the document if there is one."""
    words = checked_words(text, "An answer needs its words", "--text")
    return _decide(finding_id, Deed.ANSWERED, words, services, on=on, document=document)


def recheck(statement_id: int, services: Services) -> list[KeptFinding]:
    """Do the checks of a statement again with what is known today, and keep what changed.

    What is found anew is kept beside the rest; what holds no more is settled by that. No decision
    is lost. Raises UsageProblem if there is no such statement.
    """
    registry, head, fresh = _checked_again(statement_id, services)
    ids = finding_ids(registry.registry_id, head.number, fresh)
    with services.store.write() as tx:
        now_s, today = services.now_s(), _today(services)
        known = {one.finding_id: one for one in findings.kept(tx, statement_id)}
        new = [one for number, one in zip(ids, fresh, strict=True) if number not in known]
        statements.keep_findings(tx, statement_id, new)
        gone = [
            one
            for number, one in known.items()
            if number not in ids
            and one.found
            and one.state is not FindingState.SETTLED
            and not _only_seen_at_import(one, head)
        ]
        back = [one for number, one in known.items() if number in ids and _was_settled(one)]
        for deed, words, some in (
            (Deed.SETTLED, "Checked again: it holds no more.", gone),
            (Deed.REOPENED, "Checked again: it is there once more.", back),
        ):
            for one in some:
                keep_decision(tx, one, deed, now_s, words=words, happened_on=today)
        detail = {"statement_id": statement_id, "new": len(new), "settled": len(gone)}
        journal.add(tx, now_s, "statement.checked", registry.name, detail)
    return list_findings(services, everything=True, statement_id=statement_id)


def look_again(statement_id: int, services: Services) -> list[KeptFinding]:
    """Return what the checks of a statement find today beside what is known; nothing is kept.

    What is found about its money is not in it. Raises UsageProblem if there is no such statement.
    """
    registry, head, fresh = _checked_again(statement_id, services)
    with services.store.read() as connection:
        known = findings.kept(connection, statement_id)
    here = {one.finding_id for one in known}
    ids = finding_ids(registry.registry_id, head.number, fresh)
    return known + [
        KeptFinding(
            finding_id=number,
            finding=finding,
            registry_id=registry.registry_id,
            registry=registry.name,
            number=head.number,
            revision=head.revision,
            statement_id=statement_id,
            found=True,
        )
        for number, finding in zip(ids, fresh, strict=True)
        if number not in here
    ]


def _checked_again(
    statement_id: int, services: Services
) -> tuple[Registry, Statement, list[Finding]]:
    """Return what the checks find today; the lines, which may be a million, pass by once."""
    with services.store.read() as connection:
        registry_id, _ = findings.number_of(connection, statement_id)
        if not registry_id:
            raise UsageProblem(
                f"There is no statement {statement_id}.", advice="`statements list` shows them."
            )
        registry = registries.by_id(connection, registry_id)
    paid = paid_numbers(registry, services)
    with services.store.read() as connection:
        head = statements.get(connection, statement_id, lines=False)
        checker = Checker(head, known_in(connection, registry, head, paid))
        checker.take(statement_lines.of(connection, statement_id))
    return registry, head, checker.findings()


def keep_decision(
    tx: Connection,
    about: KeptFinding,
    deed: Deed,
    now_s: int,
    *,
    words: str,
    happened_on: date,
    channel: Channel | None = None,
    answer_id: int | None = None,
    document: bytes | None = None,
) -> int:
    """Keep one decision with its line in the journal, which seals the row; returns its number."""
    decision_id, row_hash = findings.decide(
        tx,
        about,
        deed,
        now_s,
        words=words,
        happened_on=happened_on,
        channel=channel,
        answer_id=answer_id,
        document=document,
    )
    detail = {
        "decision_id": decision_id,
        "statement_id": about.statement_id,
        "check": about.finding.check,
        "row_sha256": row_hash,
    }
    journal.add(tx, now_s, f"finding.{deed.value}", about.finding_id, detail)
    return decision_id


def checked_words(text: str, sentence: str, option: str) -> str:
    """Return text without needless space. Raises UsageProblem if nothing is said, or too much."""
    words = "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
    if not words:
        raise UsageProblem(f"{sentence}.", advice=f"Say it: {option} TEXT.")
    if len(words) > MOST_CHARACTERS:
        raise UsageProblem(f"That is {len(words)} characters long; {MOST_CHARACTERS} are the most.")
    return words


def _decide(
    finding_id: str,
    deed: Deed,
    words: str,
    services: Services,
    *,
    on: date | None = None,
    document: bytes | None = None,
) -> KeptFinding:
    today = _today(services)
    if on is not None and on > today + timedelta(days=1):
        raise UsageProblem(f"{on:%d %B %Y} has not come yet.")
    with services.store.write() as tx:
        about = find_finding(finding_id, services)
        keep_decision(
            tx,
            about,
            deed,
            services.now_s(),
            words=words,
            happened_on=on or today,
            document=document,
        )
        newest = tuple(findings.decisions(tx)[about.finding_id])
    return replace(about, decisions=newest)


def _only_seen_at_import(one: KeptFinding, head: Statement) -> bool:
    """What was changed in secret, and rows of a file that could not be read, are not seen again."""
    return one.finding.check == "I3" or (one.finding.check == "A6" and head.document_id is not None)


def _was_settled(one: KeptFinding) -> bool:
    return bool(one.decisions) and one.decisions[-1].deed is Deed.SETTLED


def _today(services: Services) -> date:
    return services.now().astimezone().date()


def _gravest_first(one: KeptFinding) -> tuple[object, ...]:
    return (_ORDER.index(one.state), one.finding.is_question, -(one.statement_id or 0))
