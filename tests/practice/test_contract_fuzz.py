"""Schemathesis sends the practice registry whatever openclaims.yaml allows, and what it forbids.

Signed, so that the code behind the signature is reached, and unsigned. test_fuzz.py changes single
members of signed documents, which schemas cannot describe.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from requests.auth import AuthBase
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.generation.hypothesis.builder import HypothesisTestConfig, create_test
from schemathesis.generation.hypothesis.builder import HypothesisTestMode as Mode

from desktop.identity.http_signatures import signature_headers
from desktop.identity.keys import SigningKey
from desktop.identity.proofs import sign_document
from desktop.practice.advance import advance
from desktop.practice.app import DESCRIPTION_PATH
from desktop.practice.server import PracticeServer
from desktop.protocol import api_document, is_surely_valid
from tests.practice.claimant import Claimant, Document, hash_of

load_all_checks()
CALLS = [
    (path, method)
    for path, item in api_document()["paths"].items()
    for method in sorted({"get", "put", "post"} & set(item))
]
SCHEMAS = {
    "submitClaims": "Submission",
    "answerConflict": "ConflictResponse",
    "openDispute": "Dispute",
    "withdrawClaim": "Withdrawal",
    "setPayoutChannel": "PayoutChannel",
    "tellOfKey": "KeyNotice",
    "answerOffer": "OfferAnswer",
}
# The contract says beside its schemas: a bad claim spoils only itself; an IBAN has check digits.
BESIDE = {
    "submitClaims": [CHECKS.get_one("negative_data_rejection")],
    "setPayoutChannel": [CHECKS.get_one("positive_data_acceptance")],
}


CHANCES = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def drawable(node: Any) -> Any:
    """Return a schema of claims with short lists: long ones take minutes to draw."""
    if isinstance(node, list):
        return [drawable(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    return {
        name: min(inner, 2) if name == "maxItems" else drawable(inner)
        for name, inner in node.items()
    }


def quick_api() -> Document:
    """Return the API; long lists are short (refusals of a submission are checked here, BESIDE)."""
    document = copy.deepcopy(api_document())
    schemas = document["components"]["schemas"]
    for name in ("Submission", "Claim", "SplitSheet", "OfferAnswer"):
        schemas[name] = drawable(schemas[name])
    return document


def without_signatures() -> Document:
    """Return the API as the code behind the signature has it."""
    document = quick_api()
    del document["security"], document["components"]["securitySchemes"]
    for item in document["paths"].values():
        for call in item.values():
            if "requestBody" in call:
                del call["parameters"]
            if "responses" in call:
                call.pop("security", None)
    return document


class Signed(AuthBase):
    """Signs what is about to leave, as it is."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the headers of RFC 9421."""
        body = request.body.encode() if isinstance(request.body, str) else request.body
        headers = signature_headers(
            str(request.method), str(request.url), body, self._key, created=datetime.now(UTC)
        )
        request.headers.update(headers)
        return request


@dataclass
class Someone:
    """A claimant of whom the registry has claims, statements and payments."""

    url: str
    claimant: Claimant
    session: requests.Session
    claims: list[str]
    statements: list[Document]
    remittances: list[str]
    offer: Document

    def complete(self, case: Any) -> None:
        """Let a sound request be about something of this claimant, and signed by them."""
        name = case.operation.definition.raw["operationId"]
        which = len(str(case.body)) + len(str(case.path_parameters))
        if name in ("readClaim", "readStatement", "readRemittance") and which % 2:
            case.path_parameters = {
                "readClaim": {"id": self.claims[0]},
                "readStatement": self.statements[0],
                "readRemittance": {"id": self.remittances[0]},
            }[name]
        is_feed = name in ("readEvents", "readOffers")
        if is_feed and is_surely_valid("DidKey", case.query.get("claimant")):
            case.query["claimant"] = self.claimant.key.did
        if is_feed and is_surely_valid("Cursor", case.query.get("after")):
            case.query["after"] = "000002"
        if name not in SCHEMAS or not is_surely_valid(SCHEMAS[name], case.body):
            return
        if name == "submitClaims":
            case.body = {"claims": [self._own(claim) for claim in case.body["claims"]]}
        elif name == "setPayoutChannel":
            case.body = self._signed(case.body)
        elif name == "tellOfKey":
            case.body = notice_like(case.body)
        elif name == "answerOffer":
            case.body = self._signed(self._about_an_offer(case.body))
            case.path_parameters = {"id": self.offer["id"]}
        else:
            known = self.claims[which % len(self.claims)]
            case.body = self._signed({**case.body, "claim": known})
            case.path_parameters = {"id": known}

    def _about_an_offer(self, said: Document) -> Document:
        """Return an answer to the offer; a yes for a claim that it is for."""
        about = {"offer": self.offer["id"], "revision": self.offer["revision"]}
        about |= {"offer_hash": hash_of(self.offer), "registry": self.offer["registry"]}
        return {**said, **about} | ({"claims": self.claims[:1]} if "claims" in said else {})

    def _own(self, claim: Document) -> Document:
        claimant = {**claim["claimant"], "did": self.claimant.key.did}
        return self._signed({**claim, "claimant": claimant})

    def _signed(self, document: Document) -> Document:
        bare = {name: value for name, value in document.items() if name != "proof"}
        return self.claimant.sign(bare)


def notice_like(said: Document) -> Document:
    """Return a sound notice about keys that nobody knows, in the words of one that was drawn."""
    old, new = SigningKey.generate(), SigningKey.generate()
    bare = {name: value for name, value in said.items() if name != "proof"}
    bare |= {"oldDid": old.did, "newDid": new.did} if "oldDid" in bare else {"did": old.did}
    signers = (old, new) if "oldDid" in bare else (old,)
    proofs = [sign_document(bare, key, created=datetime.now(UTC))["proof"] for key in signers]
    return {**bare, "proof": proofs if "oldDid" in bare else proofs[0]}


def fuzz(api: Any, call: tuple[str, str], check: Callable[[Any], None], *modes: Mode) -> None:
    """Call check(case) with every kind of request to one call that schemathesis thinks of.

    Not by schemathesis' own parametrize, which draws while tests are collected: 12 seconds.
    """
    config = HypothesisTestConfig(
        project=api.config,
        modes=list(modes),
        settings=CHANCES,
    )

    def test(case: Any) -> None:
        check(case)

    create_test(operation=api[call[0]][call[1]], test_func=test, config=config)()


@pytest.fixture(scope="module")
def ana(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Someone]:
    """Somebody at a registry of their own."""
    folder = tmp_path_factory.mktemp("contract")
    with PracticeServer(folder) as server, requests.Session() as session:
        claimant = Claimant(server.url)
        claims = [claimant.claim(f"Harbour {number}") for number in range(4)]
        claimant.submit(*claims)
        claimant.events()
        advance(folder, 3)
        told = claimant.events()
        session.trust_env = False
        session.auth = Signed(claimant.key)
        yield Someone(
            server.url,
            claimant,
            session,
            [hash_of(claim) for claim in claims],
            [event["statement"] for event in told if "statement" in event],
            [event["remittance"] for event in told if "remittance" in event],
            claimant.send("GET", "/offers").json()["entries"][0]["offer"],
        )
        claimant.session.close()


@pytest.mark.parametrize(("path", "method"), CALLS)
def test_signed(ana: Someone, path: str, method: str) -> None:
    """What is allowed is taken, what is forbidden is refused, and every answer is as described."""
    api = schemathesis.openapi.from_dict(without_signatures())
    # Two claims may be more bytes than the description allows.
    api.config.checks.positive_data_acceptance.expected_statuses.append("413")

    def check(case: Any) -> None:
        ana.complete(case)
        name = case.operation.definition.raw["operationId"]
        response = case.call_and_validate(
            base_url=ana.url, session=ana.session, excluded_checks=BESIDE.get(name)
        )
        if name == "submitClaims" and response.status_code == 200:
            outcomes = response.json()["outcomes"]
            for claim, outcome in zip(case.body["claims"], outcomes, strict=True):
                assert "receipt" not in outcome or is_surely_valid("Claim", claim)

    fuzz(api, (path, method), check, Mode.COVERAGE, Mode.FUZZING)


@pytest.mark.parametrize(("path", "method"), CALLS)
def test_unsigned(ana: Someone, path: str, method: str) -> None:
    """Without a signature that holds, nothing but the description is given."""
    api = schemathesis.openapi.from_dict(quick_api())

    def check(case: Any) -> None:
        response = case.call_and_validate(base_url=ana.url)
        assert response.status_code >= 400 or path == DESCRIPTION_PATH

    fuzz(api, (path, method), check, Mode.FUZZING)
