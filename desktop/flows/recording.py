"""What the user says of a folder that was handed in: when, under which number, what came of it.

Nobody confirms it, so no receipt is kept; every word is a row of its own, and the newest counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from desktop.errors import UsageProblem
from desktop.model.claims import ClaimState
from desktop.model.forms import FormEvent, Submission, SubmissionState, SubmittedWork
from desktop.services import Services
from desktop.store import claims, forms, journal, outbox
from desktop.store.database import Connection

MAX_NUMBER_CHARACTERS = 200
MAX_REASON_CHARACTERS = 2000
_HANDED_IN = frozenset(
    {
        ClaimState.ACKNOWLEDGED,
        ClaimState.UNDER_REVIEW,
        ClaimState.ACCEPTED,
        ClaimState.REJECTED,
    }
)
_ANSWERED = frozenset({ClaimState.ACCEPTED, ClaimState.REJECTED})
_CANNOT_BE_SENT = {
    SubmissionState.BEGUN: "Its folder was never finished.",
    SubmissionState.ABANDONED: "Its folder was never finished.",
    SubmissionState.REPLACED: "It was replaced by a folder that was made later.",
}


class Answer(StrEnum):
    """What was answered, as the user says."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


def record_sent(
    submission_id: int, services: Services, *, number: str = "", on: date | None = None
) -> Submission:
    """Keep that a folder was handed in; again, to give the number later or to correct it.

    on: the day, today if left out. Raises UsageProblem.
    """
    number = _line(number, MAX_NUMBER_CHARACTERS, "number")
    day = _day(on, services)
    now_s = services.now_s()
    with services.store.write() as tx:
        known = forms.submission(tx, submission_id)
        if known.state in _CANNOT_BE_SENT:
            raise UsageProblem(
                f"Submission {submission_id} cannot be recorded as sent.",
                advice=f"{_CANNOT_BE_SENT[known.state]} `form list` shows the others.",
            )
        number = number or known.number
        detail = {"number": number, "date": day.isoformat()}
        forms.add_event(tx, submission_id, FormEvent.SENT, now_s, detail)
        for one in forms.works(tx, submission_id):
            _hand_in(tx, known, one, number, day, now_s)
        about = {"submission": submission_id, "works": known.works}
        journal.add(tx, now_s, "form.sent", known.registry, about)
        return forms.submission(tx, submission_id)


def record_answer(
    submission_id: int,
    answer: Answer,
    services: Services,
    *,
    work_ids: Sequence[int] = (),
    reason: str = "",
) -> Submission:
    """Keep what the office answered: for some works, or for all that wait for an answer.

    Raises UsageProblem.
    """
    reason = _line(reason, MAX_REASON_CHARACTERS, "reason")
    now_s = services.now_s()
    with services.store.write() as tx:
        known = forms.submission(tx, submission_id)
        if known.sent is None:
            raise UsageProblem(
                f"Submission {submission_id} was not recorded as sent yet.",
                advice=f"Record that first: `form sent {submission_id} --number NUMBER`.",
            )
        chosen = _answered(forms.works(tx, submission_id), work_ids, known)
        for one in chosen:
            said = f"You recorded: {answer.value}." + (f" {reason}" if reason else "")
            claims.set_state(
                tx,
                one.claim_id,
                known.registry_id,
                ClaimState(answer.value),
                now_s,
                reason=said,
            )
        works = ",".join(str(one.work_id) for one in chosen)
        detail = {"answer": answer.value, "works": works, "reason": reason}
        forms.add_event(tx, submission_id, FormEvent.ANSWERED, now_s, detail)
        about = {"submission": submission_id, "works": len(chosen), "answer": answer.value}
        journal.add(tx, now_s, "form.answered", known.registry, about)
        return forms.submission(tx, submission_id)


def _hand_in(
    tx: Connection, known: Submission, one: SubmittedWork, number: str, day: date, now_s: int
) -> None:
    """Move one claim on; one that was answered keeps its answer, one taken back stays so."""
    if outbox.handed_in(tx, one.claim_id, known.registry_id):
        state, reason = ClaimState.ACKNOWLEDGED, ""
    elif one.state in _HANDED_IN:
        state, reason = one.state, one.reason
    else:
        return
    if state is ClaimState.ACKNOWLEDGED:
        reason = f"You handed it in on {day:%d %B %Y}."
    claims.set_state(
        tx, one.claim_id, known.registry_id, state, now_s, number=number, reason=reason
    )


def _answered(
    works: Sequence[SubmittedWork], work_ids: Sequence[int], known: Submission
) -> list[SubmittedWork]:
    """Return the works an answer is about. Raises UsageProblem."""
    there = {one.work_id: one for one in works if one.state in _HANDED_IN}
    for work_id in work_ids:
        if work_id not in there:
            raise UsageProblem(
                f"Work {work_id} was not handed in with submission {known.submission_id}.",
                advice=f"`form show {known.submission_id}` lists its works.",
            )
    if work_ids:
        return [there[work_id] for work_id in dict.fromkeys(work_ids)]
    waiting = [one for one in there.values() if one.state not in _ANSWERED]
    if not waiting:
        raise UsageProblem(
            f"Every work of submission {known.submission_id} has its answer.",
            advice="To correct one, name it: --work NUMBER.",
        )
    return waiting


def _day(on: date | None, services: Services) -> date:
    today = services.now().astimezone().date()
    if on is not None and on > today + timedelta(days=1):
        raise UsageProblem(
            f"{on:%d %B %Y} has not come yet.", advice="Say the day on which you handed it in."
        )
    return on or today


def _line(text: str, longest: int, name: str) -> str:
    line = " ".join(text.split())
    if len(line) > longest:
        raise UsageProblem(f"This {name} has {len(line)} characters; {longest} are the most.")
    return line
