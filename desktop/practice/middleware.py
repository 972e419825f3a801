"""Stands before the registry and does what misbehaviour.py names."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from anyio import to_thread
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desktop.identity.canonical import canonical_bytes
from desktop.practice import tampering
from desktop.practice.app import JSON, problem_response
from desktop.practice.misbehaviour import Misbehaviour, Rule, read_rule
from desktop.practice.problems import Problem
from desktop.practice.registry import Registry

RETRY_AFTER_S = "2"
SLOW_S = 0.25
HUGE_BYTES = 17 * 1024 * 1024
PIECE_BYTES = 64 * 1024
ELSEWHERE = "http://elsewhere.invalid"


@dataclass(slots=True)
class _Kept:
    """A whole answer, held back. changed: whether a misbehaviour altered it."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    async def send(self, message: Message) -> None:
        """Take what the application sends."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    def replace_body(self, body: bytes) -> None:
        """Put another body in, with its length."""
        self.body = body
        self.headers = [pair for pair in self.headers if pair[0].lower() != b"content-length"]
        self.headers.append((b"content-length", str(len(body)).encode()))


class Misbehaving:
    """An ASGI application around the registry's. stopping: set when the server is to end."""

    def __init__(self, app: ASGIApp, registry: Registry, stopping: asyncio.Event) -> None:
        self._app = app
        self._registry = registry
        self._stopping = stopping
        self.rules: list[Rule] = []

    def use(self, rules: Iterable[str]) -> None:
        """Misbehave in these ways from now on. Raises UsageProblem."""
        self.rules = [read_rule(text) for text in rules]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, well or badly."""
        rule = self._rule_for(scope)
        if rule is None:
            await self._app(scope, receive, send)
            return
        _count(rule)
        if await self._refuse(rule.kind, scope, receive, send):
            return
        kept = _Kept()
        await self._app(scope, receive, kept.send)
        await self._spoil(rule, kept, scope, receive, send)

    def _rule_for(self, scope: Scope) -> Rule | None:
        if scope["type"] != "http":
            return None
        method, path = scope["method"], scope["path"]
        return next((rule for rule in self.rules if rule.applies(method, path)), None)

    async def _refuse(self, kind: Misbehaviour, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer without asking the registry, for the kinds that do so."""
        wait = {"Retry-After": RETRY_AFTER_S}
        match kind:
            case Misbehaviour.BUSY:
                problem = Problem(429, "busy", "Too many requests just now.", headers=wait)
                response = problem_response(problem)
            case Misbehaviour.UNAVAILABLE:
                problem = Problem(503, "unavailable", "Closed for maintenance.")
                response = problem_response(problem)
            case Misbehaviour.REDIRECT:
                response = Response(
                    status_code=307, headers={"Location": ELSEWHERE + scope["path"]}
                )
            case Misbehaviour.NOT_JSON:
                page = "<!doctype html><title>Welcome</title><p>Please accept the terms of use."
                response = Response(page, media_type="text/html")
            case Misbehaviour.HUGE:
                await _send_huge(send)
                return True
            case _:
                return False
        await response(scope, receive, send)
        return True

    async def _spoil(
        self, rule: Rule, kept: _Kept, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Send an answer of the registry badly."""
        if rule.kind is Misbehaviour.DROP_AFTER_COMMIT:
            scope["state"]["close_connection"]()
            while (await receive())["type"] != "http.disconnect":
                pass
        elif rule.kind is Misbehaviour.SLOW:
            await self._drip(kept, send)
        else:
            if not await to_thread.run_sync(self._tamper, rule.kind, kept):
                _count(rule, back=True)
            await _send_kept(kept, send)

    def _tamper(self, kind: Misbehaviour, kept: _Kept) -> bool:
        """Change what an answer says; tell whether there was anything to change."""
        if kept.status not in (200, 202):
            return False
        document = json.loads(kept.body)
        if kind is Misbehaviour.LOSE_CLAIMS:
            lost = tampering.receipted_hashes(document)
            self._registry.forget(lost)
            return bool(lost)
        if kind is Misbehaviour.FORGED_SIGNATURE:
            changed = tampering.forge(document)
        elif kind is Misbehaviour.WRONG_TOTAL:
            changed = tampering.miscount(document, self._registry.key)
        else:
            changed = tampering.break_schema(document)
        if changed is not None:
            kept.replace_body(canonical_bytes(changed))
        return changed is not None

    async def _drip(self, kept: _Kept, send: Send) -> None:
        await send({"type": "http.response.start", "status": kept.status, "headers": kept.headers})
        for index in range(len(kept.body)):
            if await self._stops_within(SLOW_S):
                return
            await send(_part(kept.body[index : index + 1], more=index + 1 < len(kept.body)))

    async def _stops_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return False
        return True


def _count(rule: Rule, *, back: bool = False) -> None:
    """Use one of a rule's times up, or give it back if there was nothing to spoil."""
    if rule.left >= 0:
        rule.left += 1 if back else -1


def _part(body: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}


async def _send_kept(kept: _Kept, send: Send) -> None:
    await send({"type": "http.response.start", "status": kept.status, "headers": kept.headers})
    await send(_part(kept.body, more=False))


async def _send_huge(send: Send) -> None:
    headers = [(b"content-type", JSON.encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send(_part(b'{"outcomes": "', more=True))
    for _ in range(HUGE_BYTES // PIECE_BYTES):
        await send(_part(b"x" * PIECE_BYTES, more=True))
    await send(_part(b'"}', more=False))
