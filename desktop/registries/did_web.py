"""did:web documents: the keys of a host, as it shows them itself over HTTPS (W3C did:web)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from desktop.errors import SignatureProblem, Untrusted
from desktop.identity.keys import public_key_from_multikey
from desktop.registries.answers import strict_json
from desktop.registries.transport import is_loopback

WELL_KNOWN = "/.well-known/did.json"
MAX_METHODS = 20
HTTPS_PORT = 443


def document_url(url: str) -> str:
    """Return where the did.json of a registry's host is."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{WELL_KNOWN}"


def names_of(url: str) -> set[str]:
    """Return the did:web that a host at url may call itself.

    A port belongs to the name unless it is that of HTTPS; on this very machine it may be missing.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    literal = f"%5B{host.replace(':', '%3A')}%5D" if ":" in host else host
    port = parts.port if parts.port not in (None, HTTPS_PORT) else None
    whole = f"did:web:{literal}%3A{port}" if port else f"did:web:{literal}"
    return {whole, f"did:web:{literal}"} if is_loopback(host) else {whole}


def read_did_document(body: bytes, url: str) -> tuple[str, dict[str, bytes]]:
    """Return the DID of the host at url and its verification methods (name → Ed25519 key).

    Only keys of kind Multikey that may sign assertions count. Raises Untrusted.
    """
    document = strict_json(body)
    if not isinstance(document, dict) or not isinstance(document.get("id"), str):
        raise Untrusted("There is no list of keys (did.json) at this address.")
    did: str = document["id"]
    if did.lower() not in {name.lower() for name in names_of(url)}:
        raise Untrusted("The list of keys at this address belongs to another host.")
    may_sign = _references(document.get("assertionMethod"), did)
    found = document.get("verificationMethod")
    methods: dict[str, bytes] = {}
    for item in found[:MAX_METHODS] if isinstance(found, list) else ():
        name, key = _method(item, did)
        if key is not None and name in may_sign:
            methods[name] = key
    if not methods:
        raise Untrusted("The list of keys at this address has no key this app can use.")
    return did, methods


def _references(listed: Any, did: str) -> set[str]:
    names = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
    return {f"{did}{name}" if name.startswith("#") else name for name in names}


def _method(item: Any, did: str) -> tuple[str, bytes | None]:
    """Return name and key of one verification method; no key where it is of another kind."""
    if not isinstance(item, dict) or item.get("type") != "Multikey":
        return "", None
    name, text = item.get("id"), item.get("publicKeyMultibase")
    if not isinstance(name, str) or not isinstance(text, str) or item.get("controller") != did:
        return "", None
    name = f"{did}{name}" if name.startswith("#") else name
    if not name.startswith(f"{did}#"):
        return "", None
    try:
        return name, public_key_from_multikey(text)
    except SignatureProblem:
        return "", None
