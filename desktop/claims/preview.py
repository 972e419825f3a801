"""Every field of a claim as lines to read before it is signed; nothing is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from desktop.claims.shares import WORLD

Document = dict[str, Any]
TERMS_LABEL = "What AI may do"
_BASIS = {"default": "by default", "contract": "by contract", "agreed": "as agreed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewLine:
    """One thing that will be sent, in the user's words."""

    label: str
    value: str


def preview(document: Document) -> list[PreviewLine]:
    """Return every field of an unsigned claim as lines to read."""
    parts = (_who, _what, _shares, _agreements, _terms, _evidence, _proof_of_sameness, _numbers)
    return [
        PreviewLine(label=label, value=value) for part in parts for label, value in part(document)
    ]


def _who(document: Document) -> Iterator[tuple[str, str]]:
    claimant = document["claimant"]
    yield "Your name", claimant["name"]
    yield "Your public key", claimant["did"]
    yield from _public_numbers("Your number", claimant)
    yield "You claim as", claimant["capacity"].replace("_", " ")


def _what(document: Document) -> Iterator[tuple[str, str]]:
    work = document["work"]
    yield "Title", work["title"]
    yield "Kind", work["kind"]
    yield "Made by", ", ".join(f"{one['name']} ({one['role']})" for one in work["creators"])
    yield "Made with AI", work["ai_involvement"]
    if "created" in work:
        yield "Date made", work["created"]
    publication = work.get("publication")
    if publication:
        said = ["yes" if publication["published"] else "no"]
        said += [f"on {publication['date']}"] if "date" in publication else []
        said += [f"in {publication['country']}"] if "country" in publication else []
        yield "Published", " ".join(said)
    yield from _public_numbers("Number", work)


def _shares(document: Document) -> Iterator[tuple[str, str]]:
    for share in document["shares"]:
        side = f" ({share['interest']})" if "interest" in share else ""
        yield f"Share of {share['right']}{side}", _share_text(share, document["claimant"]["did"])
        yield from _public_numbers(f"Number of {share['party']['name']}", share["party"])
    if "sole_owner" in document:
        yield "You are the only owner", "yes" if document["sole_owner"] else "no"


def _agreements(document: Document) -> Iterator[tuple[str, str]]:
    for sheet in document.get("agreements", []):
        signers = [proof["verificationMethod"].partition("#")[0] for proof in sheet["proof"]]
        yield "Split sheet", f"{sheet['id']}, of {sheet['created']}, on {sheet['work']['title']}"
        yield "Signed by", ", ".join(signers)
        yield "It says", "; ".join(_share_text(share, "") for share in sheet["shares"])
        yield "It is for", f"{sheet['work']['iscc']} {sheet['work']['datahash']}"
        if "note" in sheet:
            yield "Note on it", sheet["note"]


def _terms(document: Document) -> Iterator[tuple[str, str]]:
    terms = document["terms"]
    yield TERMS_LABEL, ", ".join(f"{use}: {said}" for use, said in terms["uses"].items())
    yield "Version of your terms", str(terms["version"])
    if terms.get("price"):
        yield "Price", " ".join(terms["price"].values())
    for one in terms.get("licensees", []):
        said = ", ".join(f"{use}: {answer}" for use, answer in one["uses"].items())
        whose = f" ({one['did']})" if "did" in one else ""
        yield f"For {one['name']}{whose}", said
    if "expires" in terms:
        yield "Last day of what you permit", terms["expires"]
    if "address" in terms:
        yield "Your full terms", terms["address"]
    if terms.get("note"):
        yield "Note", terms["note"]


def _evidence(document: Document) -> Iterator[tuple[str, str]]:
    for one in document.get("evidence", []):
        said = [one["kind"], one.get("date", ""), one.get("note", ""), f"hash {one['sha256']}"]
        yield "Evidence, not the file", ", ".join(part for part in said if part)
    if "metahash" in document:
        yield "Hash of what stays private", document["metahash"]


def _proof_of_sameness(document: Document) -> Iterator[tuple[str, str]]:
    fingerprint = document["fingerprint"]
    yield "Fingerprint, not the file", fingerprint["iscc"]
    yield "Fingerprint in detail", " ".join(fingerprint["units"])
    yield "Hash of the file (BLAKE3)", fingerprint["datahash"]
    yield "Hash of the file (SHA-256)", fingerprint["sha256"]
    if "previous" in fingerprint:
        previous = fingerprint["previous"]
        yield "Version before this one", f"{previous['iscc']} {previous['datahash']}"


def _numbers(document: Document) -> Iterator[tuple[str, str]]:
    yield "Date of the claim", document["created"]
    yield "Number of the claim", document["id"]
    if "supersedes" in document:
        yield "Replaces the claim", document["supersedes"]


def _public_numbers(label: str, holder: Document) -> Iterator[tuple[str, str]]:
    for one in holder.get("identifiers", []):
        yield f"{label} ({one['scheme'].upper()})", one["value"]


def _share_text(share: Document, claimant: str) -> str:
    party = share["party"]
    places = ", ".join("worldwide" if t == WORLD else t for t in share["territories"])
    key = party.get("did", claimant)
    whose = "" if key == claimant else f" ({key})"
    said = [f"{party['name']}{whose}: {share['share']}", places]
    said += [f"from {share['from']}"] if "from" in share else []
    said += [f"until {share['to']}"] if "to" in share else []
    said += [_BASIS[share["basis"]]] if "basis" in share else []
    said += [f"{party['reach']}"] if "reach" in party else []
    return ", ".join(said)
