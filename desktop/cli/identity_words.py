"""How an identity is written out: as JSON, and to read."""

from __future__ import annotations

from typing import Any

from desktop.model.certificates import STANDING, Certificate
from desktop.model.identities import Identity, KeyState, OwnKey, WebCheck, WebResult
from desktop.model.times import to_rfc3339


def identity_json(known: Identity) -> dict[str, Any]:
    """Return an identity as the contract has it (CLI.md), and what became of its keys."""
    return {
        "did": known.party.did,
        "name": known.party.name,
        "created": to_rfc3339(known.created),
        "kind": known.kind.value,
        "current": known.current,
        "state": known.key.state.value,
        "ended": to_rfc3339(known.key.ended) if known.key.ended else None,
        "reason": known.key.reason or None,
        "backed_up": known.key.backed_up,
        "former": [_key_json(key) for key in known.former],
        "web": web_json(known.web) if known.web else None,
    }


def web_json(check: WebCheck) -> dict[str, Any]:
    """Return what was found at a did:web."""
    return {
        "web_did": check.web_did,
        "did": check.did,
        "result": check.result.value,
        "problem": check.problem or None,
        "checked": to_rfc3339(check.checked),
    }


def certificate_json(certificate: Certificate | None) -> dict[str, Any]:
    """Return the certificate of published copies, once there is one; it is never called trusted."""
    if certificate is None:
        return {}
    ends = to_rfc3339(certificate.ends)
    return {"certificate": {"number": certificate.number, "ends": ends, "standing": STANDING}}


def certificate_text(certificate: Certificate | None) -> str:
    """Return the same to read; nothing before there is one."""
    if certificate is None:
        return ""
    until = f"{certificate.ends:%d %B %Y}"
    return f"\nCertificate for published copies: {STANDING}; holds until {until}."


def identity_text(known: Identity) -> str:
    """Return an identity to read, with everything that is unusual about it."""
    lines = [known.party.name, known.party.did]
    if known.kind.value != "person":
        lines[0] += f" ({known.kind.value})"
    if known.key.ended is not None:
        lines.append(_ended(known.key))
    elif not known.key.backed_up:
        lines.append("Not kept anywhere else yet: `identity export`.")
    lines += [f"{key.did}  {_ended(key)}" for key in known.former]
    if known.web is not None:
        lines.append(web_text(known.web, known.party.did))
    return "\n".join(lines)


def web_text(check: WebCheck, did: str) -> str:
    """Return what was found at a did:web, to read. did: the key that the identity has now."""
    when = f"{check.checked:%Y-%m-%d %H:%M} UTC"
    if check.result is not WebResult.CONFIRMED:
        return f"{check.web_did}: not confirmed ({when}). {check.problem}"
    if check.did != did:
        return f"{check.web_did}: still names an older key ({when}). Publish the file again."
    return f"{check.web_did}: names this key ({when})."


def _ended(key: OwnKey) -> str:
    if key.ended is None:
        return "In use."
    word = "Revoked" if key.state is KeyState.REVOKED else "Replaced"
    reason = f": {key.reason}" if key.reason else ""
    return f"{word} on {key.ended:%Y-%m-%d}{reason}."


def _key_json(key: OwnKey) -> dict[str, Any]:
    return {
        "did": key.did,
        "state": key.state.value,
        "ended": to_rfc3339(key.ended) if key.ended else None,
        "successor": key.successor or None,
    }
