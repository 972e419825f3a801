"""identity export, import, rotate, revoke. Secrets come from a prompt or stdin, never arguments."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from desktop.cli.identity_words import identity_json, identity_text
from desktop.cli.output import path_text
from desktop.cli.session import Session, ask_password, command
from desktop.errors import KeyProblem, UsageProblem
from desktop.flows.identifying import find_identity
from desktop.flows.renewing import revoke as revoke_flow
from desktop.flows.renewing import revoke_with, write_revocation
from desktop.flows.renewing import rotate as rotate_flow
from desktop.flows.safekeeping import (
    Brought,
    export_key,
    import_key_file,
    import_phrase,
    phrase_was_kept,
    recovery_phrase,
)
from desktop.model.identities import IdentityKind
from desktop.services import PASSWORD_VARIABLE, Services

MAX_TYPED_CHARACTERS = 4_096
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("export")
@click.argument("name_or_did", default="")
@click.option("--recovery-phrase", is_flag=True, help="Show the 24 words to write on paper.")
@click.option("--out", type=FILE, help="Write an encrypted key file.")
@click.option("--yes", is_flag=True, help="Show the words without asking first.")
@command
def export(
    session: Session, name_or_did: str, recovery_phrase: bool, out: Path | None, yes: bool
) -> None:
    """Keep a key elsewhere: as words on paper, or as an encrypted file."""
    if recovery_phrase == (out is not None):
        raise UsageProblem("Say how: either --recovery-phrase, or --out FILE.")
    with session.open() as services:
        did = _key_named(name_or_did, services)
        if out is None:
            _show_phrase(session, did, services, yes=yes)
        else:
            written = export_key(did, out, _new_password(), services)
            session.out.row(
                {"did": did, "file": path_text(written)},
                f"Written to {path_text(written)}. Only its password opens it, and nobody can "
                "reset that.",
            )


@click.command("import")
@click.argument("file", type=FILE, required=False)
@click.option("--recovery-phrase", is_flag=True, help="Type the 24 words, or pipe them in.")
@click.option("--name", default="", help="Whose it is, where the file does not say.")
@click.option("--kind", type=click.Choice([kind.value for kind in IdentityKind]))
@command
def import_(
    session: Session, file: Path | None, recovery_phrase: bool, name: str, kind: str | None
) -> None:
    """Bring a key back from its encrypted file or its words; twice is as good as once."""
    if recovery_phrase == (file is not None):
        raise UsageProblem("Say what to import: either a FILE, or --recovery-phrase.")
    chosen = IdentityKind(kind) if kind else None
    with session.open() as services:
        if file is not None:
            brought = import_key_file(file, ask_password, services, name=name, kind=chosen)
        else:
            brought = import_phrase(
                _typed_phrase(), services, name=name, kind=chosen or IdentityKind.PERSON
            )
    session.out.row(
        identity_json(brought.identity) | {"already": brought.already}, _brought_text(brought)
    )


@click.command("rotate")
@click.argument("name_or_did", default="")
@click.option("--reason", default="", help="Why; it stands in the notice that registries get.")
@command
def rotate(session: Session, name_or_did: str, reason: str) -> None:
    """Give an identity a new key, signed by the old one. What was signed before stays valid."""
    with session.open() as services:
        renewed = rotate_flow(name_or_did, reason, services)
    session.out.row(
        identity_json(renewed),
        f"{identity_text(renewed)}\nKept in {renewed.kept_in}. The new key needs a recovery phrase "
        "of its own. Registries that know the old key are told with the next sync.",
    )


@click.command("revoke")
@click.argument("name_or_did", default="")
@click.option("--reason", default="", help="Why; it stands in the notice that registries get.")
@click.option("--prepare", type=FILE, help="Only write a revocation to store away, for later.")
@click.option("--with", "prepared", type=FILE, help="Use one that was stored away; needs no key.")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@command
def revoke(
    session: Session,
    name_or_did: str,
    reason: str,
    prepare: Path | None,
    prepared: Path | None,
    yes: bool,
) -> None:
    """Say for good that a key is no longer to be believed. What was signed before stays."""
    with session.open() as services:
        if prepare is not None:
            written = write_revocation(name_or_did, prepare, services)
            session.out.row(
                {"file": path_text(written)},
                f"Written to {path_text(written)}. Store it away: who has it can end this key.",
            )
            return
        _confirm(
            "A revoked key never signs again, and this cannot be taken back. Revoke it?", yes=yes
        )
        ended = (
            revoke_with(prepared, services)
            if prepared is not None
            else revoke_flow(name_or_did, reason, services)
        )
    session.out.row(identity_json(ended), identity_text(ended))


def _show_phrase(session: Session, did: str, services: Services, *, yes: bool) -> None:
    _confirm("Whoever sees these words can sign as you. Is nobody looking? Show them?", yes=yes)
    words = recovery_phrase(did, services)
    lines = [
        "   ".join(f"{at + 1:>2} {words[at]:<9}" for at in range(start, start + 4)).rstrip()
        for start in range(0, len(words), 4)
    ]
    session.out.row({"did": did, "recovery_phrase": " ".join(words)}, "\n".join(lines))
    phrase_was_kept(did, services)


def _confirm(question: str, *, yes: bool) -> None:
    """Go on only after a typed yes. Raises UsageProblem."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageProblem(f"{question.rpartition('. ')[0]}.", advice="Give --yes to go on.")
    answer = click.prompt(f"{question} Type yes", default="", show_default=False, err=True)
    if str(answer).strip().casefold() != "yes":
        raise UsageProblem("Nothing was done.")


def _typed_phrase() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("The 24 words", err=True))
    return sys.stdin.read(MAX_TYPED_CHARACTERS)


def _new_password() -> str:
    """Return a password for a new file: from the environment, or typed twice."""
    password = os.environ.get(PASSWORD_VARIABLE, "")
    if password:
        return password
    if not sys.stdin.isatty():
        raise KeyProblem(
            "The key file needs a password.",
            advice=f"Set {PASSWORD_VARIABLE}, or run the command in a terminal.",
        )
    sentence = "Choose a password for the file"
    return str(click.prompt(sentence, hide_input=True, confirmation_prompt=True, err=True))


def _key_named(name_or_did: str, services: Services) -> str:
    """Return the key that is meant: a former one only where it is named itself."""
    known = find_identity(name_or_did, services)
    former = {key.did for key in known.former}
    return name_or_did if name_or_did in former else known.party.did


def _brought_text(brought: Brought) -> str:
    text = identity_text(brought.identity)
    if brought.already:
        return f"{text}\nThis key was here already; nothing was changed."
    kept_in = brought.identity.kept_in
    return f"{text}\nKept in {kept_in}." if kept_in else text
