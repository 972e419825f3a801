"""did:web: a domain says which key is its owner's (did:web Method, W3C CCG; Multikey, CID 1.0)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from desktop.errors import SignatureProblem, UsageProblem
from desktop.identity.canonical import parse_json
from desktop.identity.keys import DID_KEY

DID_WEB = "did:web:"
FILE_NAME = "did.json"
CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
RELATIONS = ("authentication", "assertionMethod")
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9-]{1,63})*")
_SEGMENT = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,63}")
_LOOPBACK = ("localhost", "127.0.0.1")


def did_of(address: str) -> str:
    """Return the did:web of a domain, an address below it, or a did:web. Raises UsageProblem.

    example.org → did:web:example.org; example.org/ana → did:web:example.org:ana.
    """
    text = address.strip()
    if text.lower().startswith(DID_WEB):
        text = "/".join(unquote(part) for part in text[len(DID_WEB) :].split(":"))
    text = text.removeprefix("https://").rstrip("/")
    text = text.removesuffix("/" + FILE_NAME).removesuffix("/.well-known")
    host_and_port, *segments = text.split("/")
    host, colon, port = host_and_port.lower().partition(":")
    if not _is_host(host) or (colon and not _is_port(port)):
        raise UsageProblem(
            f"{address[:80]!r} is not a domain.",
            advice="Write it like example.org, or example.org/ana; other letters as xn--….",
        )
    if not all(_SEGMENT.fullmatch(segment) for segment in segments):
        raise UsageProblem(
            f"The path of {address[:80]!r} cannot stand in a did:web.",
            advice="Use letters, digits and hyphens.",
        )
    return DID_WEB + ":".join([host + (f"%3A{port}" if port else ""), *segments])


def words_of(did: str) -> str:
    """Return a did:web as a person would write its address: example.org/ana."""
    return did.removeprefix(DID_WEB).replace(":", "/").replace("%3A", ":")


def url_of(did: str) -> str:
    """Return where the file of a did:web is read. https, except on this very computer."""
    host = did.removeprefix(DID_WEB).partition(":")[0].replace("%3A", ":")
    scheme = "http" if host.partition(":")[0] in _LOOPBACK else "https"
    return f"{scheme}://{host}/{file_of(did)}"


def file_of(did: str) -> PurePosixPath:
    """Return the path of the file below the root of the web site."""
    _host, *segments = did.removeprefix(DID_WEB).split(":")
    return PurePosixPath(*(segments or [".well-known"]), FILE_NAME)


def did_document(web_did: str, key_did: str) -> dict[str, Any]:
    """Return the document to publish: the key of key_did may sign for web_did."""
    multikey = key_did.removeprefix(DID_KEY)
    method = f"{web_did}#{multikey}"
    return {
        "@context": CONTEXTS,
        "id": web_did,
        "alsoKnownAs": [key_did],
        "verificationMethod": [
            {
                "id": method,
                "type": "Multikey",
                "controller": web_did,
                "publicKeyMultibase": multikey,
            }
        ],
        **{relation: [method] for relation in RELATIONS},
    }


def check_did_document(document: bytes, web_did: str, key_did: str) -> None:
    """Check that a published document is web_did's and lets the key sign claims for it.

    Raises SignatureProblem, in words.
    """
    try:
        said = parse_json(document)
        found = said["id"]
        methods = _methods(said)
        allowed = {_absolute(name, web_did) for name in _names(said.get("assertionMethod", []))}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SignatureProblem("What is published there is not a DID document.") from error
    if found != web_did:
        raise SignatureProblem("What is published there is the document of another name.")
    multikey = key_did.removeprefix(DID_KEY)
    mine = {
        _absolute(method["id"], web_did)
        for method in methods
        if method.get("type") == "Multikey"
        and method.get("publicKeyMultibase") == multikey
        and method.get("controller") == web_did
    }
    if not mine:
        raise SignatureProblem("What is published there does not name this key.")
    if not mine & allowed:
        raise SignatureProblem(
            "What is published there names this key, but does not let it sign (assertionMethod)."
        )


def _methods(said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the verification methods, also those that stand where they are used (CID 1.0, 2.3)."""
    listed = [*said.get("verificationMethod", []), *said.get("assertionMethod", [])]
    return [method for method in listed if isinstance(method, dict) and "id" in method]


def _names(relation: list[Any]) -> list[str]:
    return [entry["id"] if isinstance(entry, dict) else str(entry) for entry in relation]


def _absolute(name: str, did: str) -> str:
    return did + name if name.startswith("#") else name


def _is_host(host: str) -> bool:
    return host in _LOOPBACK or (
        bool(_HOST.fullmatch(host)) and "." in host and not host.replace(".", "").isdigit()
    )


def _is_port(port: str) -> bool:
    return port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65_536
