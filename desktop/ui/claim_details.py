"""One claim in the details at the right: where it stands, its receipt, and what can be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from functools import partial

from desktop.model.claims import Answer, ClaimRow, ClaimState
from desktop.ui import figures, words
from desktop.ui.claim_actions import ClaimActions
from desktop.ui.conflict_page import ALL_RIGHTS, of_what, percent
from desktop.ui.parts import (
    Elided,
    Tone,
    button,
    holder,
    label,
    pill,
    row,
)
from desktop.ui.split import Details

_NOT_TAKEN = {ClaimState.REJECTED, ClaimState.REFUSED}
_AGAIN = "Change what is wrong under Works, then claim the work again."
_CAN_DISPUTE = {ClaimState.ACCEPTED, ClaimState.CONFLICT}
_STANDS = set(ClaimState) - {
    ClaimState.WITHDRAWN,
    ClaimState.SUPERSEDED,
    ClaimState.REJECTED,
    ClaimState.REFUSED,
}


class ClaimDetails(Details):
    """The selected claim: where it stands, its receipt, what was signed."""

    def __init__(self, answer: Callable[[ClaimRow], None], about: ClaimActions) -> None:
        super().__init__("Claim", 300)
        self._answer = answer
        self._about = about

    def show_claim(
        self,
        claim: ClaimRow | None,
        answers: Sequence[Answer] = (),
        *,
        replaced: bool = False,
        older: str = "",
    ) -> None:
        """Show a claim, what was said about it, and the next step; None hides the panel.

        replaced: a newer claim made up for it, so nothing is to be done. older: that it says older
        terms than the library, and what can be done.
        """
        self.empty()
        self.setVisible(claim is not None)
        if claim is None:
            return
        word, tone = words.claim_state(claim)
        self.add(label(claim.title, "title", wrap=True))
        self.add(holder(row(label(claim.registry, "muted", wrap=True), pill(word, tone))))
        self.caption("Number" if claim.by_hand else "Receipt")
        if claim.by_hand:
            said = f"{claim.number}, as you typed it" if claim.number else "None typed yet."
            self.add(label(said, wrap=True, selectable=True))
            self.add(label("A form gives no signed receipt: only you say so.", "small", wrap=True))
        elif claim.receipt_time is not None:
            self.add(holder(row(pill("Receipt verified", Tone.CONFIRMED), None)))
            self.add(label(f"Number {claim.number}", wrap=True, selectable=True))
            when = figures.moment(claim.receipt_time)
            self.add(label(f"Received by the registry {when}", "small", wrap=True))
        elif claim.number and claim.state is ClaimState.ACKNOWLEDGED:
            self.add(holder(row(pill("Receipt lost", Tone.PLAIN), None)))
            self.add(label(f"Number {claim.number}", wrap=True, selectable=True))
        else:
            self.add(label("None yet. So far, only you say so.", "muted", wrap=True))
        found = claim.iscc_id
        if found is not None:
            words_ = f"Declared {figures.moment(found.time)}, by the clock of hub {found.hub_id}"
            self.add(label(words_, "small", wrap=True))
        if claim.reason:
            self.caption("You say" if claim.by_hand else "The registry says")
            self.add(label(claim.reason, wrap=True, selectable=True))
        if claim.state in _NOT_TAKEN and not replaced:
            self.add(label(_AGAIN, "muted", wrap=True))
        if claim.conflict:
            self._conflict(claim)
        if claim.state in (ClaimState.QUEUED, ClaimState.SENDING):
            self.caption("Form" if claim.by_hand else "Outbox")
            self.add(label(_waiting(claim), "muted", wrap=True))
        if answers:
            self.caption("You said")
        for answer in answers:
            self.add(label(words.answer_words(answer), "muted", wrap=True, selectable=True))
        self.caption("Claim")
        self.add(label(f"Number {claim.claim_id} in this library", "muted", wrap=True))
        changed = figures.moment(claim.changed)
        self.add(label(f"Last changed {changed}", "small", wrap=True))
        if older:
            self.caption("Terms")
            self.add(label(older, wrap=True))
        self._what_to_do(claim)

    def _what_to_do(self, claim: ClaimRow) -> None:
        save = partial(self._about.save_evidence, claim.work_id)
        buttons = [button("Evidence…", save, look="quiet")]
        if claim.state in _CAN_DISPUTE and not claim.by_hand:
            buttons.append(button("Dispute…", partial(self._about.dispute, claim), look="quiet"))
        if claim.state in _STANDS and (_unsent(claim) or not claim.by_hand):
            word = "Take back…" if _unsent(claim) else "Withdraw…"
            buttons.append(button(word, partial(self._about.withdraw, claim), look="quiet"))
        self.body.addSpacing(8)
        self.add(holder(row(*buttons, None, spacing=14)))

    def _conflict(self, claim: ClaimRow) -> None:
        conflict = claim.conflict or {}
        self.caption("Conflict")
        if "existing_key" in conflict:
            self._declared_before(claim)
            return
        total = percent(Fraction(conflict.get("total", "1")))
        self.add(label(f"Together the claims add up to {total}.", wrap=True))
        others: dict[str, list[tuple[str, Fraction]]] = {}
        for other in conflict.get("others", ()):
            part = (other["right"], Fraction(other["share"]))
            others.setdefault(other["name"], []).append(part)
        for name, parts in others.items():
            most = percent(max(part for _, part in parts))
            what = of_what(parts)
            text = f"{name}: {most} of all rights" if what == ALL_RIGHTS else f"{name}: {what}"
            self.add(label(text, "muted", wrap=True))
        respond_by = conflict.get("respond_by")
        if respond_by:
            self.add(label(f"Answer by {figures.day(date.fromisoformat(respond_by))}.", wrap=True))
        if claim.state in (ClaimState.CONFLICT, ClaimState.IN_DISPUTE):
            answer = button("Compare and answer", partial(self._answer, claim), look="primary")
            self.add(holder(row(answer, None)))

    def _declared_before(self, claim: ClaimRow) -> None:
        conflict = claim.conflict or {}
        self.add(Elided(f"Key {conflict['existing_key']}", "muted"))
        declared = conflict.get("existing_iscc_id") or "not told"
        self.add(label(f"ISCC-ID {declared}", "muted", wrap=True, selectable=True))
        if claim.may_be_forced:
            self.add(button("Declare all the same…", partial(self._about.force, claim)))


def _unsent(claim: ClaimRow) -> bool:
    return claim.state is ClaimState.QUEUED and not claim.attempts


def _waiting(claim: ClaimRow) -> str:
    if claim.by_hand:
        lacks = f"It was left out of the folder. {claim.last_problem}"
        return (
            lacks
            if claim.last_problem
            else ("Signed and safe. The folder to hand in is made under Registries.")
        )
    if not claim.attempts:
        return "Signed and safe. It is sent with the next sync."
    tries = "once" if claim.attempts == 1 else f"{claim.attempts} times"
    later = f" Next try {figures.moment(claim.not_before)}." if claim.not_before else ""
    return f"Tried {tries}. {claim.last_problem}{later}"
