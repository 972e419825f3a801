"""Statements that a registry signed and that come as a file: verified before anything is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desktop.errors import StatementProblem, Untrusted, UsageProblem
from desktop.flows.connecting import public_keys
from desktop.flows.keeping_statements import keep_statement
from desktop.flows.knowing import known_of
from desktop.identity.canonical import parse_json
from desktop.model.money import Money
from desktop.model.payer_works import PayerWorkName, name_of
from desktop.model.payments import SignatureState, Statement
from desktop.model.registries import Description, Registry
from desktop.model.statement_files import Arrival, StatementFile, StatementInFile
from desktop.payments.checks import check_statement
from desktop.payments.statements import read_statement
from desktop.registries.open_claims import read_signed, read_unsigned
from desktop.services import Services
from desktop.store import events, identities, journal, payer_works, registries, statements
from desktop.store.database import Connection
from desktop.store.events import Fetch

MAX_BYTES = 256 * 1024**2
_KIND = "Statement"


def is_signed_file(path: Path) -> bool:
    """Whether a file is JSON, as statements are that registries write themselves."""
    try:
        with path.open("rb") as file:
            return file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    except OSError as error:
        raise StatementProblem(f"The file cannot be read: {error.strerror}.") from error


def preview_signed(path: Path, services: Services, *, payer: str = "") -> StatementFile:
    """Return what importing a signed statement would do. Raises as import_signed."""
    registry, statement = _read(path, services, payer, keep_problem=False)
    with services.store.read() as connection:
        known = statements.find(
            connection, registry.registry_id, statement.number, statement.revision
        )
        names = _names(statement)
        unmatched = payer_works.unknown(connection, registry.registry_id, names)
    arrival = Arrival.NEW
    if known is not None:
        arrival = Arrival.HERE if known[1] == statement.sha256 else Arrival.CHANGED
    shown = _shown(statement, arrival, known[0] if known else None)
    return _result(path, registry, shown, statement, unmatched)


def import_signed(path: Path, services: Services, *, payer: str = "") -> StatementFile:
    """Keep a statement that a registry wrote: verified, or unsigned and shown as that.

    Raises Untrusted for a signature that does not hold (its bytes are kept as evidence),
    StatementProblem or UsageProblem.
    """
    registry, statement = _read(path, services, payer, keep_problem=True)
    findings = check_statement(statement, known_of(registry, statement, services))
    now_s = services.now_s()
    with services.store.write() as tx:
        kept = keep_statement(tx, registry.registry_id, statement, findings, now_s)
        detail = {"number": statement.number, "findings": [one.check for one in kept.findings]}
        journal.add(tx, now_s, "statement.kept", registry.name, detail)
        unmatched = payer_works.unknown(tx, registry.registry_id, _names(statement))
    shown = _shown(statement, kept.arrival, kept.statement_id, tuple(kept.findings))
    return _result(path, registry, shown, statement, unmatched)


def _read(
    path: Path, services: Services, payer: str, *, keep_problem: bool
) -> tuple[Registry, Statement]:
    document = _bytes(path)
    said = _json(document)
    with services.store.read() as connection:
        registry = _registry(connection, said, payer)
        own = identities.own_keys(connection)
        methods = public_keys(registries.once_trusted(connection, registry.registry_id))
    signature = SignatureState.VERIFIED if "proof" in said else SignatureState.UNSIGNED
    try:
        if signature is SignatureState.VERIFIED:
            payee = str(said.get("payee", ""))
            if payee not in own:
                raise Untrusted("This statement is for another person.")
            said = read_signed(_KIND, document, _trusted(registry, methods), payee)
        else:
            said = read_unsigned(_KIND, document)
        return registry, read_statement(said, document, signature)
    except (Untrusted, StatementProblem) as problem:
        if keep_problem:
            _not_believed(services, registry, said, document, problem.message)
        raise


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise StatementProblem("This file is far too large for one signed statement.")
        return path.read_bytes()
    except OSError as error:
        raise StatementProblem(f"The file cannot be read: {error.strerror}.") from error


def _json(document: bytes) -> dict[str, Any]:
    try:
        said = parse_json(document)
    except ValueError as error:
        raise StatementProblem(
            "This file is not sound JSON, as signed statements are.",
            advice="Ask the registry for it again.",
        ) from error
    if not isinstance(said, dict) or "lines" not in said:
        raise StatementProblem("This JSON is not a statement.")
    return said


def _registry(connection: Connection, said: dict[str, Any], payer: str) -> Registry:
    if payer:
        return registries.by_name(connection, payer)
    did = said.get("registry")
    for registry in registries.everyone(connection):
        if did and registry.did == did:
            return registry
    raise UsageProblem(
        "This statement is of a registry that your library does not know.",
        advice="Add it first: `registries add NAME URL`; then check it.",
    )


def _trusted(registry: Registry, methods: dict[str, bytes]) -> Description:
    return Description(
        name=registry.name,
        api=registry.url,
        did=registry.did,
        methods=methods,
        batch=1,
        body_bytes=0,
        document=b"",
    )


def _not_believed(
    services: Services, registry: Registry, said: dict[str, Any], document: bytes, why: str
) -> None:
    number, revision = said.get("number"), said.get("revision")
    if not isinstance(number, str) or not isinstance(revision, int):
        return
    with services.store.write() as tx:
        fetch = Fetch(kind="statement", number=number[:200], revision=revision)
        now_s = services.now_s()
        events.keep_refused(tx, registry.registry_id, fetch, document, why, now_s)
        journal.add(tx, now_s, "statement.not_believed", registry.name, {"number": fetch.number})


def _names(statement: Statement) -> list[PayerWorkName]:
    found = {
        name.key: name
        for line in statement.lines
        for name in [name_of(line.claim_number, line.iscc, line.title)]
    }
    return list(found.values())


def _shown(
    statement: Statement, arrival: Arrival, statement_id: int | None, findings: Any = ()
) -> StatementInFile:
    return StatementInFile(
        number=statement.number,
        revision=statement.revision,
        arrival=arrival,
        period=statement.period,
        payable=Money.exactly(statement.payable, statement.currency),
        lines=len(statement.lines),
        signature=statement.signature,
        statement_id=statement_id,
        findings=findings,
    )


def _result(
    path: Path,
    registry: Registry,
    shown: StatementInFile,
    statement: Statement,
    unmatched: list[PayerWorkName],
) -> StatementFile:
    verified = statement.signature is SignatureState.VERIFIED
    return StatementFile(
        path=path,
        payer=registry.name,
        mapping="",
        reason="Its signature verifies." if verified else "It carries no signature.",
        statements=(shown,),
        works=len(_names(statement)),
        unmatched=tuple(unmatched),
    )
