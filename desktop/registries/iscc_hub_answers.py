"""What an ISCC-HUB's refusals mean, each as an outcome or a problem in words."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.errors import LoginNeeded, RegistryProblem
from desktop.identity.canonical import parse_json
from desktop.model.iscc_ids import read_iscc_id
from desktop.registries.answers import plain_words, problem_of
from desktop.registries.connector import Envelope, Outcome, Verdict
from desktop.registries.transport import Reply

DUPLICATE = "duplicate_declaration"
NONCE_REUSE = "nonce_reuse"
NONCE_MISMATCH = "nonce_mismatch"
TIMESTAMP = "timestamp_out_of_range"
SIGNATURE = "invalid_signature"
_READ_BYTES = 65_536
_FORM = {
    "validation_failed",
    "invalid_type",
    "invalid_format",
    "invalid_length",
    "invalid_hex",
    "invalid_iscc",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The error of a hub's reply; every text is plain and short. own: it is one of the protocol."""

    status: int
    code: str
    words: str
    own: bool = True
    existing_id: str = ""
    existing_key: str = ""

    @classmethod
    def of(cls, reply: Reply) -> Said:
        """Read {"error": {"message", "code", "field", …}}; anything else is only its status."""
        try:
            document = parse_json(reply.body[:_READ_BYTES])
        except ValueError:
            document = None
        error = document.get("error") if isinstance(document, dict) else None
        texts = error if isinstance(error, dict) else {}

        def text(name: str) -> str:
            value = texts.get(name)
            return plain_words(value) if isinstance(value, str) else ""

        return cls(
            status=reply.status,
            code=text("code"),
            words=text("message") or f"status {reply.status}",
            own=bool(texts),
            existing_id=text("existing_iscc_id"),
            existing_key=text("existing_actor"),
        )

    def problem(self, reply: Reply) -> RegistryProblem:
        """Return a reply that says nothing of this one claim as a problem with the hub."""
        if self.code == NONCE_MISMATCH:
            return RegistryProblem(
                f"This hub has another number than the one you gave. It says: “{self.words}”.",
                advice="Give its number with `registries options NAME --hub-id N`. Your claims "
                "wait safely in the outbox.",
            )
        if self.code == SIGNATURE:
            return LoginNeeded(
                f"The hub does not accept our signature. It says: “{self.words}”.",
                advice="Sending to it is paused, and nothing is lost. Sync again to try once more.",
            )
        return problem_of(reply, self.words, own=self.own)


def outcome_of(
    said: Said, claim_hash: str, envelope: Envelope, key: str, own: frozenset[str] = frozenset()
) -> Outcome | None:
    """Return what a refusal means for the one claim, or None if it is a problem with the hub.

    key: "z6Mk…", the one that signed. An earlier declaration by it is no refusal: its reply was
    lost. own: the user's other keys, former ones among them; what they declared is no conflict.
    """
    if said.status == 409 and said.code == DUPLICATE and said.existing_key:
        return _duplicate(said, claim_hash, envelope, key, own)
    if said.code == NONCE_REUSE:
        return _nonce_known(claim_hash, envelope)
    if said.status == 422 and said.code in _FORM:
        words = f"The hub does not take the form of this declaration. It says: {said.words}"
        return Outcome(claim_hash=claim_hash, verdict=Verdict.REFUSED, words=words)
    return None


def _duplicate(
    said: Said, claim_hash: str, envelope: Envelope, key: str, own: frozenset[str]
) -> Outcome:
    found = read_iscc_id(said.existing_id)
    name = found.text if found else "an unknown ISCC-ID"
    when = f" of {found.time:%d %B %Y, %H:%M} UTC" if found else ""
    if said.existing_key != key and said.existing_key in own:
        return Outcome(
            claim_hash=claim_hash,
            verdict=Verdict.RECOVERED,
            number=found.text if found else "",
            words=f"You declared the same file here before with another key of yours "
            f"({_short(said.existing_key)}), as {name}{when}. It stands.",
        )
    if said.existing_key == key:
        return Outcome(
            claim_hash=claim_hash,
            verdict=Verdict.RECOVERED,
            number=found.text if found else "",
            words=f"Declared; receipt lost. The hub has your declaration {name}{when}; its receipt "
            "did not arrive and cannot be fetched again.",
        )
    return Outcome(
        claim_hash=claim_hash,
        verdict=Verdict.CONFLICT,
        words=f"Another key ({_short(said.existing_key)}) declared the same file here before you, "
        f"as {name}{when}.",
        conflict={
            "existing_key": said.existing_key,
            "existing_iscc_id": said.existing_id,
            "time": f"{found.time:%Y-%m-%dT%H:%M:%SZ}" if found else None,
        },
    )


def _short(key: str) -> str:
    """Return enough of a key to tell it from others; the whole stands in the conflict."""
    return key if len(key) <= 20 else f"{key[:10]}…{key[-6:]}"


def _nonce_known(claim_hash: str, envelope: Envelope) -> Outcome:
    """The nonce of a note that is sent again is known because the first one arrived."""
    if envelope.again:
        words = (
            "Declared; receipt lost. The hub knows your declaration, but its reply, and with it "
            "the ISCC-ID, did not arrive."
        )
        return Outcome(claim_hash=claim_hash, verdict=Verdict.RECOVERED, words=words)
    words = "The hub knew the random number of the declaration already."
    return Outcome(claim_hash=claim_hash, verdict=Verdict.AGAIN, words=words)
