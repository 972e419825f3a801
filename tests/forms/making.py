"""Forms and signed claims for the tests of forms, as documents; nothing is kept anywhere."""

from __future__ import annotations

from typing import Any

from desktop.forms.facts import Source
from desktop.forms.reading import read_form
from desktop.model.forms import Form

HEAD = """
form = 1
id = "test-form"
title = "A form"
purpose = "To test with."
kinds = ["image"]
[sheet]
formats = ["csv", "xlsx"]
"""
ME = "did:key:z6MkMe"


def form_text(*columns: str, head: str = HEAD) -> str:
    """Return a description with columns, each the lines of one table."""
    return head + "".join(f"[[columns]]\n{column}\n" for column in columns)


def form_of(*columns: str, head: str = HEAD) -> Form:
    """Return the form that it describes."""
    return read_form(form_text(*columns, head=head).encode(), "test.toml")


def share(name: str, part: str, *, did: str = "", right: str = "training", **more: Any) -> Any:
    """Return a share as claims say it."""
    party = {"name": name} | ({"did": did} if did else {})
    if "reach" in more:
        party["reach"] = more.pop("reach")
    return {"party": party, "right": right, "share": part, "territories": ["WORLD"], **more}


def source(title: str = "Tide", number: int = 1, **more: Any) -> Source:
    """Return what a row is filled from. more: work, claimant, shares …"""
    document = {
        "created": "2026-11-01T10:00:00Z",
        "claimant": {"did": ME, "name": "Ana", "capacity": "author"} | more.get("claimant", {}),
        "work": {
            "title": title,
            "kind": "image",
            "creators": [{"name": "Ana", "role": "author"}],
            "identifiers": [],
            "ai_involvement": "unknown",
        }
        | more.get("work", {}),
        "fingerprint": {"iscc": "ISCC:K", "sha256": "ab" * 32, "datahash": "1e20", "units": []},
        "shares": more.get("shares", [share("Ana", "1/1", did=ME)]),
    }
    if "sole_owner" in more:
        document["sole_owner"] = more["sole_owner"]
    return Source(
        claim_id=number,
        work_id=number,
        claim_hash="cd" * 32,
        document=document,
        file_name=more.get("file", "tide.png"),
        contacts=more.get("contacts", {}),
    )
