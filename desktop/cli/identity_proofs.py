"""identity web, sign-challenge: showing others whose key it is."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from desktop.cli.identity_words import certificate_json, certificate_text, web_json, web_text
from desktop.cli.output import path_text, plain
from desktop.cli.session import Session, command
from desktop.errors import UsageProblem
from desktop.flows.certifying import write_authority
from desktop.flows.proving import (
    answer_challenge,
    challenge_to_sign,
    check_web_identity,
    url_of,
    write_web_identity,
)
from desktop.model.identities import WebResult

MAX_CHALLENGE_CHARACTERS = 16_384


@click.command("certificate")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--force", is_flag=True, help="Replace the file if there is one.")
@command
def certificate(session: Session, out: Path, force: bool) -> None:
    """Write the certificate that stands behind your published copies, for who wants to trust it.

    By itself it is valid, and on no trust list. Nothing in the file is secret.
    """
    with session.open() as services:
        made = write_authority(out, services, force=force)
    row = {"did": made.did, "file": path_text(out), **certificate_json(made)}
    session.out.row(row, f"Written to {path_text(out)}{certificate_text(made)}")


@click.command("web")
@click.argument("domain")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Write the file here."
)
@click.option("--check", is_flag=True, help="Read the published file and compare.")
@click.option("--identity", "name_or_did", default="", help="Whose; without it, who signs now.")
@command
def web(session: Session, domain: str, out: Path | None, check: bool, name_or_did: str) -> None:
    """Let your own domain name your key (did:web): write the file, or check the published one."""
    if check == (out is not None):
        raise UsageProblem("Say what to do: either --out DIR, or --check.")
    with session.open(read_only=out is not None) as services:
        if out is not None:
            web_did, written = write_web_identity(domain, out, services, name_or_did)
            session.out.row(
                {"web_did": web_did, "file": path_text(written), "url": url_of(domain)},
                f"{web_did}\nWritten to {path_text(written)}. Publish it at {url_of(domain)}, then "
                f"`identity web {domain} --check`.",
            )
            return
        found = check_web_identity(domain, services, name_or_did)
    session.out.problems += found.result is not WebResult.CONFIRMED
    session.out.row(web_json(found), web_text(found, found.did))


@click.command("sign-challenge")
@click.argument("file", type=click.File("r", encoding="utf-8"), default="-")
@click.option("--registry", required=True, help="Name or address of the registry that asks.")
@click.option("--identity", "name_or_did", default="", help="Whose; without it, who signs now.")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@command
def sign_challenge(session: Session, file: Any, registry: str, name_or_did: str, yes: bool) -> None:
    """Sign a registry's challenge, from FILE or stdin, to prove that the key is yours.

    What is signed is an object that names registry, challenge, key and time, never the bare text.
    """
    try:
        text = file.read(MAX_CHALLENGE_CHARACTERS)
    except UnicodeDecodeError as error:
        raise UsageProblem("The challenge is not text. Nothing was signed.") from error
    with session.open() as services:
        document = challenge_to_sign(text, registry, services, name_or_did)
        click.echo(
            "This will be signed, to prove to "
            f"{plain(document['registry'])} that the key is yours:\n"
            f"{plain(json.dumps(document, indent=2, ensure_ascii=False))}",
            err=True,
        )
        _confirm_signing(yes=yes)
        signed = answer_challenge(document, services)
    session.out.row(signed, json.dumps(signed, indent=2))


def _confirm_signing(*, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageProblem("Nothing was signed: nobody said yes.", advice="Give --yes to sign it.")
    answer = click.prompt("Sign it? Type yes", default="", show_default=False, err=True)
    if str(answer).strip().casefold() != "yes":
        raise UsageProblem("Nothing was signed.")
