"""The HTTP side of the registry: routes, signatures, size limits, and problems as answers."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from anyio import to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from desktop.errors import SignatureProblem, StoreBusy, StoreProblem
from desktop.identity.canonical import canonical_bytes, parse_json
from desktop.identity.http_signatures import verify_request
from desktop.practice.problems import Problem
from desktop.practice.registry import BODY_BYTES, Answer, Call, Registry

JSON = "application/json"
HEADER_BYTES = 16_384
DRAIN_BYTES = 8 * BODY_BYTES
PROBLEM = "application/problem+json"
DESCRIPTION_PATH = "/.well-known/open-claims"
WANTED_SIGNATURE = 'claimant=("@method" "@target-uri" "content-digest");created;tag="open-claims"'
SAFE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
logger = logging.getLogger(__name__)
Endpoint = Callable[[Request], Awaitable[Response]]


def make_app(registry: Registry, url: str) -> Starlette:
    """Return the application. url: where it is reached, without a slash at the end."""
    description = registry.description(url)

    async def describe(request: Request) -> Response:
        _target_uri(request, url)
        return _response(Answer(200, description))

    def route(path: str, method: str, work: Callable[[Call], Answer]) -> Route:
        return Route(path, _endpoint(work, url), methods=[method])

    routes = [
        Route(DESCRIPTION_PATH, describe, methods=["GET"]),
        route("/claims", "POST", registry.submit),
        route("/claims/{id}", "GET", registry.claim),
        route("/claims/{id}/responses", "POST", registry.taking("ConflictResponse")),
        route("/claims/{id}/disputes", "POST", registry.taking("Dispute")),
        route("/claims/{id}/withdrawal", "POST", registry.taking("Withdrawal")),
        route("/events", "GET", registry.events),
        route("/statements/{number}/{revision}", "GET", registry.statement),
        route("/remittances/{id}", "GET", registry.remittance),
        route("/payout-channel", "PUT", registry.payout_channel),
        route("/offers", "GET", registry.offers),
        route("/offers/{id}/answer", "POST", registry.answer_offer),
        route("/keys", "POST", registry.tell_of_key),
    ]
    app = Starlette(routes=routes, exception_handlers=_HANDLERS)
    app.router.redirect_slashes = False
    return app


def _endpoint(work: Callable[[Call], Answer], url: str) -> Endpoint:
    async def answer(request: Request) -> Response:
        target = _target_uri(request, url)
        body = await _read_body(request)
        headers = dict(request.headers)
        content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.method in ("POST", "PUT") and content_type != JSON:
            raise Problem(415, "not-json", f"The body has to be {JSON}.")

        def handle() -> Answer:
            claimant = _claimant(request.method, target, headers, body)
            document = _document(body) if request.method in ("POST", "PUT") else None
            query = request.query_params.multi_items()
            return work(Call(claimant, dict(request.path_params), query, document))

        return _response(await to_thread.run_sync(handle))

    return answer


def _target_uri(request: Request, url: str) -> str:
    """Return the address that was called. Raises a 400 Problem if it is another host's, or 431.

    The Host header alone is not believed: a request signed for another registry ends here.
    """
    if sum(len(name) + len(value) for name, value in request.scope["headers"]) > HEADER_BYTES:
        raise Problem(431, "too-large", f"At most {HEADER_BYTES} bytes of headers.")
    authority = url.partition("://")[2]
    local = authority.replace("127.0.0.1", "localhost")
    if request.headers.getlist("host") not in ([authority], [local]):
        raise Problem(400, "wrong-host", f"This is {authority}.")
    path = request.scope["raw_path"].decode("latin-1")
    query = request.scope["query_string"].decode("latin-1")
    return f"http://{request.headers['host']}{path}" + (f"?{query}" if query else "")


async def _read_body(request: Request) -> bytes:
    """Return the body. Raises a 413 Problem if it is too large.

    Up to DRAIN_BYTES are read and dropped, so that the client gets to read the refusal.
    """
    too_large = Problem(413, "too-large", f"At most {BODY_BYTES} bytes.", headers=_CLOSE)
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or len(length) > 12 or int(length) > DRAIN_BYTES:
        raise too_large
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > DRAIN_BYTES:
            raise too_large
        parts.append(part if size <= BODY_BYTES else b"")
    if size > BODY_BYTES:
        raise too_large
    return b"".join(parts)


_CLOSE = {"Connection": "close"}


def _claimant(method: str, url: str, headers: Mapping[str, str], body: bytes) -> str:
    try:
        return verify_request(method, url, headers, body)
    except SignatureProblem as error:
        wanted = {"Accept-Signature": WANTED_SIGNATURE, "WWW-Authenticate": "Signature"}
        raise Problem(401, "unsigned", str(error), headers=wanted) from error


def _document(body: bytes) -> Any:
    """Read JSON that has a canonical form. Raises a 400 Problem."""
    try:
        document = parse_json(body)
        canonical_bytes(document)
    except ValueError as error:
        raise Problem(400, "not-json", f"The body is not JSON (RFC 7493): {error}") from error
    return document


def _response(answer: Answer) -> Response:
    return Response(answer.body, status_code=answer.status, media_type=JSON, headers=SAFE)


def problem_response(problem: Problem) -> Response:
    """Return a problem as an answer."""
    return Response(
        canonical_bytes(problem.document()),
        status_code=problem.status,
        media_type=PROBLEM,
        headers={**SAFE, **problem.headers},
    )


async def _on_problem(_request: Request, problem: Exception) -> Response:
    if not isinstance(problem, Problem):
        raise problem
    return problem_response(problem)


async def _on_http(_request: Request, error: Exception) -> Response:
    """Answer what Starlette itself refuses: unknown paths and methods."""
    if not isinstance(error, HTTPException):
        raise error
    name = {404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "bad-request")
    headers = error.headers or {}
    return problem_response(Problem(error.status_code, name, error.detail, headers=headers))


async def _on_store(_request: Request, error: Exception) -> Response:
    logger.warning("the ledger did not answer: %s", error)
    wait = {"Retry-After": "2"} if isinstance(error, StoreBusy) else {}
    return problem_response(Problem(503, "unavailable", str(error), headers=wait))


async def _on_disconnect(_request: Request, _error: Exception) -> Response:
    return Response(status_code=400)


async def _on_bug(request: Request, error: Exception) -> Response:
    logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem_response(Problem(500, "internal", "Something went wrong here."))


_HANDLERS: Mapping[Any, Any] = {
    Problem: _on_problem,
    HTTPException: _on_http,
    StoreProblem: _on_store,
    ClientDisconnect: _on_disconnect,
    Exception: _on_bug,
}
