"""A registry made of http.server, for answers that no sane registry gives."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from desktop.identity.canonical import canonical_bytes, sha256_hex
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import sign_document
from desktop.model.times import to_rfc3339, utc_now

Document = dict[str, Any]


@dataclass
class Answer:
    """What to send back. pieces: after the body, until the other side has had enough."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Iterable[bytes] = ()


Handler = Callable[[str, str, bytes], Answer]


class Stub:
    """Answers on the loopback with whatever answer(method, path, body) says; notes every call."""

    def __init__(self, answer: Handler | None = None, *, port: int = 0) -> None:
        self.key = SigningKey.generate()
        self.calls: list[tuple[str, str, bytes]] = []
        self.batch = 50
        self.body_bytes = 1_048_576
        self.answer: Handler = answer or self.well
        stub = self

        class Inner(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def respond(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                stub.calls.append((self.command, self.path, body))
                given = stub.answer(self.command, self.path, body)
                self.send_response(given.status)
                for name, value in given.headers.items():
                    self.send_header(name, value)
                if not given.headers.keys() & {"Content-Length", "Connection"}:
                    self.send_header("Content-Length", str(len(given.body)))
                self.end_headers()
                self.wfile.write(given.body)
                self.send_pieces(given.pieces)
                self.close_connection |= "Connection" in given.headers

            def send_pieces(self, pieces: Iterable[bytes]) -> None:
                try:
                    for piece in pieces:
                        self.wfile.write(piece)
                    self.wfile.flush()
                except OSError:
                    self.close_connection = True

            do_GET = do_POST = do_PUT = respond  # noqa: N815 - what http.server calls

            def log_message(self, *_args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Inner)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def posts(self) -> list[list[Document]]:
        """The claims of each submission."""
        return [
            json.loads(body)["claims"]
            for method, path, body in self.calls
            if (method, path) == ("POST", "/claims")
        ]

    def well(self, method: str, path: str, body: bytes) -> Answer:
        """Answer as a registry should."""
        if path.startswith("/.well-known"):
            return Answer(body=canonical_bytes(self.description()))
        if path == "/keys":
            said = json.loads(body)
            state = {"did": said["oldDid"], "status": "replaced", "successor": said["newDid"]}
            return Answer(body=canonical_bytes(state))
        if method == "POST":
            claims = json.loads(body)["claims"]
            outcomes = [
                {"hash": hash_of(claim), "receipt": self.receipt(claim)} for claim in claims
            ]
            return Answer(body=canonical_bytes({"outcomes": outcomes}))
        return Answer(body=b'{"events":[],"more":false,"next":"000000"}')

    def description(self, **changes: Any) -> Document:
        """Return the signed description."""
        document = {
            "protocol": "open-claims",
            "version": "1.0",
            "name": "Stub",
            "api": self.url,
            "did": self.key.did,
            "keys": [
                {
                    "id": self.key.method,
                    "type": "Multikey",
                    "controller": self.key.did,
                    "publicKeyMultibase": self.key.method.partition("#")[2],
                }
            ],
            "kinds": ["image"],
            "rights": ["training"],
            "terms_vocabulary": "residuals-uses-1",
            "limits": {"batch": self.batch, "body_bytes": self.body_bytes},
            "currencies": ["EUR"],
            "payout_channels": ["iban"],
            "payment_terms_days": 30,
            "key_notices": True,
            "minimum_payout": {"amount": "10.00", "currency": "EUR"},
        }
        return sign_document({**document, **changes}, self.key, created=utc_now())

    def receipt(self, claim: Document, **changes: Any) -> Document:
        """Return a signed receipt. changes: members of the claim part, or issuer, or id."""
        moment = to_rfc3339(utc_now())
        part = {
            "hash": hash_of(claim),
            "number": f"S-{hash_of(claim)[:8]}",
            "sequence": 1,
            "received": moment,
            "status": "under_review",
        }
        subject = {"id": changes.pop("id", claim["claimant"]["did"]), "claim": part}
        document = {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential", "OpenClaimsReceipt"],
            "issuer": changes.pop("issuer", self.key.did),
            "validFrom": moment,
            "credentialSubject": subject,
        }
        part.update(changes)
        return sign_document(document, self.key, created=utc_now())


def hash_of(document: Document) -> str:
    """Return the hash of a signed document."""
    return sha256_hex(canonical_bytes(document))


def problem(status: int, detail: str) -> Answer:
    """Return an RFC 9457 problem."""
    document = {"type": "about:blank", "title": "No", "status": status, "detail": detail}
    return Answer(status, canonical_bytes(document), {"Content-Type": "application/problem+json"})
