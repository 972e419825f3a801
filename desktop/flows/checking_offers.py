"""Verifies offers with registries' and licensees' keys, and answers with the user's own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from desktop.errors import SignatureProblem
from desktop.identity.canonical import parse_json
from desktop.identity.proofs import methods_of_did_key, verify_document
from desktop.registries.open_offers import check_signatures
from desktop.store import offers
from desktop.store.database import Connection

Methods = Mapping[str, bytes]


def check_offers(
    connection: Connection, methods: Mapping[int, Methods], own: Collection[str]
) -> tuple[int, list[str]]:
    """Return how many documents there are, and which of them do not verify.

    methods: registry → every key it was ever trusted by. own: every key of the user's.
    """
    kept = offers.documents(connection)
    said = offers.answer_documents(connection)
    receipts = offers.receipts(connection)
    bad = [
        f"offer {number}"
        for number, registry_id, document in kept
        if not _holds(_of_registry(methods.get(registry_id, {}), offer=True), document)
    ]
    bad += [
        f"answer {number}"
        for number, word, document in said
        if not _holds(_of(own, word), document)
    ]
    bad += [
        f"receipt of answer {number}"
        for number, registry_id, document in receipts
        if not _holds(_of_registry(methods.get(registry_id, {})), document)
    ]
    return len(kept) + len(said) + len(receipts), bad


def _of_registry(methods: Methods, *, offer: bool = False) -> Callable[[bytes], object]:
    check = check_signatures if offer else verify_document
    return lambda document: check(parse_json(document), methods)


def _of(own: Collection[str], word: str) -> Callable[[bytes], object]:
    def check(document: bytes) -> None:
        said = parse_json(document)
        if said["answer"] != word:
            raise SignatureProblem("The signed answer is another one.")
        did = str(said["proof"]["verificationMethod"]).partition("#")[0]
        if did not in own:
            raise SignatureProblem("It is signed with a key that is not the user's.")
        verify_document(said, methods_of_did_key(did))

    return check


def _holds(check: Callable[[bytes], object], document: bytes) -> bool:
    try:
        check(document)
    except (SignatureProblem, ValueError, KeyError, TypeError):
        return False
    return True
