"""Fetches the statements and notices of payment that a registry announced; believes none unread."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from desktop.errors import AppError, Refused, StatementProblem, Untrusted
from desktop.flows.keeping_statements import keep_statement
from desktop.flows.knowing import known_of
from desktop.flows.reconciling import match_open
from desktop.model.registries import Description, Registry
from desktop.payments.checks import check_statement
from desktop.payments.statements import read_remittance, read_statement
from desktop.registries.connector import Connector
from desktop.services import Services
from desktop.store import events, journal, remittances
from desktop.store.events import Fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of one document: kept, or why it was not believed."""

    event: str
    detail: dict[str, Any] = field(default_factory=dict)


def fetch_documents(
    registry: Registry,
    connector: Connector,
    description: Description,
    payee: str,
    services: Services,
) -> Iterator[Fetched]:
    """Fetch all that was announced and yield each document as it is kept.

    One bad document never stops the rest; Offline, Busy and LoginNeeded do, with what was kept.
    """
    with services.store.read() as connection:
        todo = events.to_fetch(connection, registry.registry_id, payee)
    try:
        for fetch in todo:
            yield _fetch(registry, fetch, connector, description, payee, services)
    finally:
        match_open(services)


def _fetch(
    registry: Registry,
    fetch: Fetch,
    connector: Connector,
    description: Description,
    payee: str,
    services: Services,
) -> Fetched:
    document = b""
    try:
        if fetch.kind == "statement":
            document = connector.statement(fetch.number, fetch.revision)
            said = connector.read_signed("Statement", document, description, payee)
            return _keep_statement(registry, fetch, said, document, services)
        document = connector.remittance(fetch.number)
        said = connector.read_signed("Remittance", document, description, payee)
        return _keep_remittance(registry, fetch, said, document, services)
    except (Untrusted, Refused, StatementProblem) as problem:
        return _not_believed(registry, fetch, document, problem, services)


def _keep_statement(
    registry: Registry, fetch: Fetch, said: dict[str, Any], document: bytes, services: Services
) -> Fetched:
    if (said["number"], said["revision"]) != (fetch.number, fetch.revision):
        raise Untrusted("The registry sent another statement than the one it announced.")
    statement = read_statement(said, document)
    findings = check_statement(statement, known_of(registry, statement, services))
    now_s = services.now_s()
    with services.store.write() as tx:
        kept = keep_statement(tx, registry.registry_id, statement, findings, now_s)
        statement_id, findings = kept.statement_id, kept.findings
        events.fetched(tx, registry.registry_id, fetch)
        detail = {"number": fetch.number, "findings": [finding.check for finding in findings]}
        journal.add(tx, now_s, "statement.kept", registry.name, detail)
    return Fetched(
        event="statement",
        detail={
            "statement": fetch.number,
            "statement_id": statement_id,
            "payable": f"{statement.payable:f}",
            "currency": statement.currency,
            "findings": [finding.check for finding in findings],
        },
    )


def _keep_remittance(
    registry: Registry, fetch: Fetch, said: dict[str, Any], document: bytes, services: Services
) -> Fetched:
    if said["id"] != fetch.number:
        raise Untrusted("The registry sent another notice of payment than the one it announced.")
    remittance = read_remittance(said, document)
    now_s = services.now_s()
    with services.store.write() as tx:
        known = remittances.sha256_of(tx, registry.registry_id, fetch.number)
        if known is None:
            remittances.keep(tx, registry.registry_id, remittance, now_s)
        elif known != hashlib.sha256(document).hexdigest():
            words = "The registry changed a notice of payment without saying so."
            events.keep_refused(tx, registry.registry_id, fetch, document, words, now_s)
        events.fetched(tx, registry.registry_id, fetch)
        journal.add(tx, now_s, "remittance.kept", registry.name, {"id": fetch.number})
    return Fetched(
        event="remittance",
        detail={
            "remittance": fetch.number,
            "amount": str(remittance.amount),
            "currency": remittance.amount.currency,
        },
    )


def _not_believed(
    registry: Registry, fetch: Fetch, document: bytes, problem: AppError, services: Services
) -> Fetched:
    with services.store.write() as tx:
        now_s = services.now_s()
        events.fetch_failed(tx, registry.registry_id, fetch, problem.message)
        if document:
            events.keep_refused(tx, registry.registry_id, fetch, document, problem.message, now_s)
    message = f"{fetch.kind.capitalize()} {fetch.number}: {problem.message}"
    return Fetched(event="problem", detail={"message": message, fetch.kind: fetch.number})
