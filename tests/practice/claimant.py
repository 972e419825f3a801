"""A claimant for the tests: makes claims, signs requests, talks to a registry."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import iscc_lib
import requests

from desktop.identity.canonical import canonical_bytes, sha256_hex
from desktop.identity.http_signatures import signature_headers
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import sign_document
from desktop.model.times import to_rfc3339
from tests.practice.contract import contract_session

Document = dict[str, Any]
SILENT = dict.fromkeys(
    ("train", "train-generative", "input", "output", "search", "mining"), "unset"
)


def fingerprint(seed: str, *, picture: bytes | None = None) -> Document:
    """Return the fingerprint of an imaginary picture: the bytes are seed, the pixels picture."""
    data = seed.encode()
    pixels = picture or pixels_of(seed)
    instance = iscc_lib.gen_instance_code_v0(data, 256)
    units = [
        iscc_lib.gen_image_code_v0(pixels, 256)["iscc"],
        iscc_lib.gen_data_code_v0(data, 256)["iscc"],
        instance["iscc"],
    ]
    short = [
        iscc_lib.gen_image_code_v0(pixels, 64)["iscc"],
        iscc_lib.gen_data_code_v0(data, 64)["iscc"],
        iscc_lib.gen_instance_code_v0(data, 64)["iscc"],
    ]
    return {
        "iscc": iscc_lib.gen_iscc_code_v0(short)["iscc"],
        "units": units,
        "datahash": instance["datahash"],
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def pixels_of(seed: str) -> bytes:
    """Return 32×32 grey pixels that look like nothing else."""
    blocks = [hashlib.sha256(f"{seed}/{index}".encode()).digest() for index in range(32)]
    return b"".join(blocks)


@dataclass
class Claimant:
    """Somebody with a key, and a session to a registry that checks the contract."""

    url: str = ""
    name: str = "Ana Sousa"
    key: SigningKey = field(default_factory=SigningKey.generate)
    session: requests.Session = field(default_factory=contract_session)

    def claim(self, title: str = "Harbour at dawn", **changes: Any) -> Document:
        """Return a signed claim. changes: members to replace, before signing."""
        return self.sign({**self.draft(title), **changes})

    def draft(self, title: str = "Harbour at dawn") -> Document:
        """Return a claim without its proof: the whole of two rights, terms unset."""
        return {
            "type": ["OpenClaim"],
            "version": "1.0",
            "id": uuid.uuid4().urn,
            "created": to_rfc3339(datetime.now(UTC)),
            "claimant": {"did": self.key.did, "name": self.name, "capacity": "author"},
            "work": {
                "title": title,
                "kind": "image",
                "creators": [{"name": self.name, "role": "author"}],
                "identifiers": [],
                "ai_involvement": "human",
            },
            "fingerprint": fingerprint(title),
            "shares": [self.share("training"), self.share("output")],
            "terms": {"version": 1, "uses": dict(SILENT)},
        }

    def share(self, right: str, part: str = "1/1", **changes: Any) -> Document:
        """Return a share of this claimant."""
        party = {"name": self.name, "did": self.key.did}
        whole = {"party": party, "right": right, "share": part, "territories": ["WORLD"]}
        return {**whole, **changes}

    def sign(self, document: Document) -> Document:
        """Return document with this claimant's proof."""
        return sign_document(document, self.key, created=datetime.now(UTC))

    def saying(self, kind: str, claim: Document, **members: Any) -> Document:
        """Return a signed ConflictResponse, Dispute or Withdrawal about a claim."""
        created = to_rfc3339(datetime.now(UTC))
        return self.sign({"type": [kind], "claim": hash_of(claim), "created": created, **members})

    def send(self, method: str, path: str, document: Any = None) -> requests.Response:
        """Send a signed request."""
        body = None if document is None else canonical_bytes(document)
        return self.send_bytes(method, path, body)

    def send_bytes(self, method: str, path: str, body: bytes | None) -> requests.Response:
        """Send a signed request with any body."""
        url = self.url + path
        headers = signature_headers(method, url, body, self.key, created=datetime.now(UTC))
        if body is not None:
            headers["Content-Type"] = "application/json"
        return self.session.request(
            method, url, data=body, headers=headers, timeout=20, allow_redirects=False
        )

    def submit(self, *claims: Document) -> list[Document]:
        """Submit claims; return the outcomes."""
        response = self.send("POST", "/claims", {"claims": list(claims)})
        assert response.status_code == 200, response.text
        outcomes: list[Document] = response.json()["outcomes"]
        return outcomes

    def state(self, claim: Document) -> Document:
        """Return what the registry knows of a claim."""
        response = self.send("GET", f"/claims/{hash_of(claim)}")
        assert response.status_code == 200, response.text
        state: Document = response.json()
        return state

    def events(self, after: str = "") -> list[Document]:
        """Return all events after a cursor, page by page."""
        found: list[Document] = []
        more = True
        while more:
            query = f"?after={after}&limit=100" if after else ""
            response = self.send("GET", f"/events{query}")
            assert response.status_code == 200, response.text
            page = response.json()
            found += page["events"]
            after, more = page["next"], page["more"]
        return found

    def statements(self) -> list[Document]:
        """Return all statements that events tell of."""
        numbers = [event["statement"] for event in self.events() if "statement" in event]
        return [
            self.send("GET", f"/statements/{one['number']}/{one['revision']}").json()
            for one in numbers
        ]


def hash_of(document: Document) -> str:
    """Return the hash of a signed document."""
    return sha256_hex(canonical_bytes(document))
