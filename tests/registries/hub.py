"""An ISCC-HUB on the loopback, made to the facts of REGISTRIES.md and to vectors/iscc-hub.

It checks notes with code of its own, shares none with the connector, and can lose replies after it
committed, have another time, and change its key.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any, Self

import base58
import iscc_lib
import rfc8785
import uvicorn
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from desktop.identity.keys import SigningKey
from desktop.identity.proofs import hash_data
from desktop.model.times import Clock, utc_now

Document = dict[str, Any]
REQUIRED = {"iscc_code", "datahash", "nonce", "timestamp", "signature"}
OPTIONAL = {"gateway", "units", "metahash"}
HASH = re.compile(r"1e20[0-9a-f]{64}\Z")
NONCE = re.compile(r"[0-9a-f]{32}\Z")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z")
MAX_NOTE_BYTES = 8192
TOLERANCE = timedelta(minutes=10)


class No(Exception):
    """A refusal as the hub words it."""

    def __init__(self, status: int, code: str, message: str, name: str = "", **more: str) -> None:
        super().__init__(message)
        self.status = status
        error = {"message": message, "code": code, **({"field": name} if name else {}), **more}
        self.body = {"error": error}


@dataclass
class Declaration:
    """One declaration in the hub's log."""

    seq: int
    iscc_id: str
    note: Document

    @property
    def actor(self) -> str:
        """The key that declared."""
        return str(self.note["signature"]["pubkey"])


@dataclass
class Hub:
    """Answers on 127.0.0.1 between enter and exit.

    ahead_s: how far its clock is from clock. seen_at: the port it is reached at from outside, where
    that is another. lose: so many replies of /declaration are dropped
    after the commit. spoil: changes a receipt before it is signed; tamper: after. answer: what it
    says instead, if that is not None.
    """

    hub_id: int = 0
    ahead_s: float = 0
    lose: int = 0
    spoil: Callable[[Document], None] = lambda _receipt: None
    tamper: Callable[[Document], None] = lambda _receipt: None
    answer: Callable[[bytes], Response | None] = lambda _body: None
    key: SigningKey = field(default_factory=SigningKey.generate)
    log: list[Declaration] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    forced: list[bool] = field(default_factory=list)
    port: int = 0
    seen_at: int = 0
    clock: Clock = utc_now

    def __enter__(self) -> Self:
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", self.port))
        self._listener.listen(16)
        self.port = self._listener.getsockname()[1]
        routes = [
            Route("/.well-known/did.json", self._did_json),
            Route("/declaration", self._declaration, methods=["POST"]),
        ]
        config = uvicorn.Config(
            Starlette(routes=routes),
            http=_Protocol,
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            log_level="critical",
            date_header=False,
        )
        self._server = _Server(config)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._server.answers.wait(10)
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._listener.close()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def did(self) -> str:
        """Its did:web; the port is part of the name."""
        return f"did:web:127.0.0.1%3A{self.seen_at or self.port}"

    def now(self) -> datetime:
        """Return its own time."""
        return self.clock() + timedelta(seconds=self.ahead_s)

    def did_document(self) -> Document:
        """Return its did.json."""
        multikey = self.key.did.removeprefix("did:key:")
        method = f"{self.did}#{multikey}"
        return {
            "id": self.did,
            "verificationMethod": [
                {
                    "id": method,
                    "type": "Multikey",
                    "controller": self.did,
                    "publicKeyMultibase": multikey,
                }
            ],
            "authentication": [method],
            "assertionMethod": [method],
        }

    def take(self, body: bytes, *, force: bool) -> Document:
        """Check a note, put it into the log, and return its receipt. Raises No."""
        note = self._checked(body)
        same = [one for one in self.log if one.note["datahash"] == note["datahash"]]
        if any(one.note["nonce"] == note["nonce"] for one in self.log):
            raise No(400, "nonce_reuse", "Nonce already used", "nonce")
        if same and not force:
            raise No(
                409,
                "duplicate_declaration",
                f"Duplicate declaration for datahash: {note['datahash']}",
                "datahash",
                existing_iscc_id=same[-1].iscc_id,
                existing_actor=same[-1].actor,
            )
        last = self.log[-1].seq if self.log else 0
        made = Declaration(last + 1, self._new_id(), note)
        self.log.append(made)
        return self._receipt(made)

    def _checked(self, body: bytes) -> Document:
        if len(body) > MAX_NOTE_BYTES:
            raise No(422, "invalid_length", "Input data exceeds maximum size of 8192 bytes")
        note = json.loads(body)
        if unknown := set(note) - REQUIRED - OPTIONAL:
            words = f"Unknown fields not allowed: {', '.join(sorted(unknown))}"
            raise No(422, "validation_failed", words)
        for name in REQUIRED - set(note):
            raise No(422, "validation_failed", f"Missing required field: {name}", name)
        for name in OPTIONAL & set(note):
            if not note[name]:
                what = "null" if note[name] is None else "empty"
                words = f"Optional field '{name}' must not be {what}"
                raise No(422, "validation_failed", words, name)
        self._check_fields(note)
        _check_codes(note)
        _check_signature(note)
        return dict(note)

    def _check_fields(self, note: Document) -> None:
        for name in ("datahash", "metahash"):
            if name in note and not HASH.match(note[name]):
                raise No(422, "invalid_format", f"{name} must be a BLAKE3 multihash", name)
        if not NONCE.match(note["nonce"]):
            raise No(422, "invalid_hex", "nonce must be 32 lowercase hex digits", "nonce")
        if (hub := int(note["nonce"][:3], 16)) != self.hub_id:
            words = f"Nonce hub_id mismatch: expected {self.hub_id}, got {hub}"
            raise No(422, "nonce_mismatch", words, "nonce")
        if not TIME.match(note["timestamp"]):
            raise No(422, "invalid_format", "timestamp must be RFC 3339 in ms", "timestamp")
        apart = abs(datetime.fromisoformat(note["timestamp"]) - self.now())
        if apart > TOLERANCE:
            minutes = f"{apart.total_seconds() / 60:.1f} minutes"
            words = f"timestamp is outside ±10 minute tolerance: {minutes}"
            raise No(422, "timestamp_out_of_range", words, "timestamp")

    def _new_id(self) -> str:
        microseconds = int(self.now().timestamp() * 1_000_000) + len(self.log)
        body = (microseconds << 12 | self.hub_id).to_bytes(8, "big")
        return "ISCC:" + base64.b32encode(b"\x60\x11" + body).decode()

    def _receipt(self, made: Declaration) -> Document:
        receipt: Document = {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential", "IsccReceipt"],
            "issuer": self.did,
            "credentialSubject": {
                "id": f"did:key:{made.actor}",
                "declaration": {
                    "seq": made.seq,
                    "iscc_id": made.iscc_id,
                    "iscc_note": json.loads(json.dumps(made.note)),
                },
            },
        }
        self.spoil(receipt)
        proof = {
            "@context": receipt["@context"],
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-jcs-2022",
            "verificationMethod": self.did_document()["assertionMethod"][0],
            "proofPurpose": "assertionMethod",
        }
        signature = self.key.sign(hash_data(receipt, proof))
        value = "z" + base58.b58encode(signature).decode()
        receipt["proof"] = {**proof, "proofValue": value}
        self.tamper(receipt)
        return receipt

    async def _did_json(self, _request: Request) -> Response:
        return JSONResponse(self.did_document(), headers=self._headers())

    async def _declaration(self, request: Request) -> Response:
        body = await request.body()
        self.bodies.append(body)
        self.forced.append(request.headers.get("x-force-declaration") == "true")
        instead = self.answer(body)
        if instead is not None:
            return instead
        try:
            answer = JSONResponse(self.take(body, force=self.forced[-1]), 201, self._headers())
        except No as refusal:
            answer = JSONResponse(refusal.body, refusal.status, self._headers())
        if self.lose:
            self.lose -= 1
            request.scope["state"]["drop"]()
        return answer

    def _headers(self) -> dict[str, str]:
        return {"Date": format_datetime(self.now(), usegmt=True)}

    def _run(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._listener]))


class _Protocol(H11Protocol):
    """Lets the hub close a connection without an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "drop": transport.abort}


class _Server(uvicorn.Server):
    """Says when it answers, and ends soon after it is asked to."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answers = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell."""
        await super().startup(sockets=sockets)
        self.answers.set()

    async def main_loop(self) -> None:
        """Look often whether it is time to stop."""
        while not self.should_exit:
            await asyncio.sleep(0.01)


def _check_codes(note: Document) -> None:
    whole = note["datahash"][4:]
    instance = "ISCC:" + iscc_lib.encode_component(4, 0, 0, 256, bytes.fromhex(whole))
    if iscc_lib.iscc_decompose(note["iscc_code"])[-1] != _short(whole):
        words = "datahash does not match ISCC Instance-Code"
        raise No(422, "invalid_format", words, "datahash")
    units = note.get("units", [])
    if len(units) > 4:
        raise No(422, "invalid_length", "units array exceeds maximum size of 4", "units")
    if units and iscc_lib.gen_iscc_code_v0([*units, instance])["iscc"] != note["iscc_code"]:
        raise No(422, "validation_failed", "ISCC code reconstruction failed", "units")


def _short(digest: str) -> str:
    return str(iscc_lib.encode_component(4, 0, 0, 64, bytes.fromhex(digest)))


def _check_signature(note: Document) -> None:
    signature = dict(note["signature"])
    if set(signature) - {"version", "pubkey", "proof", "controller", "keyid"}:
        raise No(401, "invalid_signature", "Unknown fields in signature not allowed")
    proof = base58.b58decode(signature.pop("proof")[1:])
    key = base58.b58decode(signature["pubkey"][1:])
    signed = rfc8785.dumps({**note, "signature": signature})
    try:
        assert signature["version"] == "ISCC-SIG v1.0"
        assert key[:2] == b"\xed\x01"
        Ed25519PublicKey.from_public_bytes(key[2:]).verify(proof, signed)
    except (InvalidSignature, AssertionError) as error:
        raise No(401, "invalid_signature", "Invalid signature") from error
