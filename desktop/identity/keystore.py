"""Where the signing key rests: the system keyring, or a password-protected key file.

Key file: JSON, Argon2id (RFC 9106) into ChaCha20-Poly1305 (RFC 8439), mode 0600.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from desktop.errors import KeyProblem, SignatureProblem
from desktop.identity.canonical import parse_json
from desktop.identity.keys import SigningKey, public_key_of
from desktop.identity.private_files import make_private_folder, write_private

FORMAT = "residuals-key-1"
ITERATIONS = 3
LANES = 4
MEMORY_KIB = 65_536
MAX_MEMORY_KIB = 1_048_576
MIN_PASSWORD_CHARACTERS = 8

AskPassword = Callable[[str], str]
"""Given a sentence to show, returns the password, or raises KeyProblem where none can be had."""


class KeyStore:
    """Keeps signing keys by DID. folder is used only where there is no system keyring.

    use_keyring False: never touch the system's keyring, as a story of one minute must not.
    """

    def __init__(
        self, folder: Path, ask_password: AskPassword, *, use_keyring: bool = True
    ) -> None:
        self._folder = folder
        self._use_keyring = use_keyring
        self._ask_password = ask_password
        self._open: dict[str, SigningKey] = {}

    def keep(self, key: SigningKey, password: str = "") -> str:
        """Store key; returns where, in words. Raises KeyProblem; then nothing was stored.

        password: of the key file, where one is needed; asked for if it is empty.
        """
        place = "the system keyring"
        if not self._use_keyring or not _keyring().put(key.did, key.seed.hex()):
            self._write_file(key, password)
            place = "a password-protected key file"
        self._open[key.did] = key
        return place

    def load(self, did: str) -> SigningKey:
        """Return the key of did, asking for the password once. Raises KeyProblem."""
        if did not in self._open:
            self._open[did] = self._load(did)
        return self._open[did]

    def is_open(self, did: str) -> bool:
        """Tell whether the key can be used without asking for a password."""
        return did in self._open or not self._file_of(did).exists()

    def holds(self, did: str) -> bool:
        """Tell whether the key is on this computer, open or not. Raises KeyProblem."""
        if did in self._open or self._file_of(did).exists():
            return True
        return self._in_keyring(did) is not None

    def _in_keyring(self, did: str) -> str | None:
        secret: str | None = None
        if self._use_keyring and has_keyring():
            secret = _keyring().get(did)
        return secret

    def _load(self, did: str) -> SigningKey:
        path = self._file_of(did)
        if path.exists():
            password = self._ask_password("The password of your key file")
            return open_key_file(path.read_bytes(), password, did)
        secret = self._in_keyring(did)
        if secret is None:
            raise KeyProblem(
                "Your signing key is not on this computer.",
                advice="Import it from your backup, then try again.",
            )
        key = SigningKey(bytes.fromhex(secret))
        return _checked(key, did)

    def _file_of(self, did: str) -> Path:
        return self._folder / f"{did.rpartition(':')[2]}.key.json"

    def _write_file(self, key: SigningKey, password: str) -> None:
        sealed = seal_key(
            key, password or self._ask_password("Choose a password for your key file")
        )
        make_private_folder(self._folder)
        write_private(self._file_of(key.did), sealed)


def has_keyring() -> bool:
    """Tell whether the system offers a keyring; without one, a key file needs a password."""
    there: bool = _keyring().is_there()
    return there


def _keyring() -> ModuleType:
    """Import the keyring when a key is wanted: it takes long, and few commands sign."""
    from desktop.identity import system_keyring

    return system_keyring


def seal_key(key: SigningKey, password: str, identity: Mapping[str, Any] | None = None) -> bytes:
    """Return the encrypted key file of key. Raises KeyProblem for a password that is too short.

    identity: what is public of it and goes along in the clear: name, kind, signed notices.
    """
    if len(password) < MIN_PASSWORD_CHARACTERS:
        raise KeyProblem(
            f"The password is shorter than {MIN_PASSWORD_CHARACTERS} characters.",
            advice="Choose a longer one.",
        )
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealed = ChaCha20Poly1305(_derive(password, salt, ITERATIONS, LANES, MEMORY_KIB)).encrypt(
        nonce, key.seed, key.did.encode()
    )
    kdf = {
        "name": "argon2id",
        "salt": _b64(salt),
        "iterations": ITERATIONS,
        "lanes": LANES,
        "memory_kib": MEMORY_KIB,
    }
    document: dict[str, Any] = {
        "format": FORMAT,
        "did": key.did,
        "kdf": kdf,
        "cipher": {"name": "chacha20-poly1305", "nonce": _b64(nonce), "sealed": _b64(sealed)},
    }
    if identity is not None:
        document["identity"] = dict(identity)
    return json.dumps(document, indent=1).encode()


def read_key_file(data: bytes) -> tuple[str, dict[str, Any]]:
    """Return whose key data seals, and what it says of the identity; both are only claims yet.

    Raises KeyProblem for a file that is no key file.
    """
    try:
        document = parse_json(data)
        did, identity = document["did"], document.get("identity", {})
        public_key_of(did)
        if document["format"] != FORMAT or not isinstance(identity, dict):
            raise ValueError("unknown format")
    except (ValueError, KeyError, TypeError, AttributeError, SignatureProblem) as error:
        raise KeyProblem(
            "This is not a key file of Residuals, or it is damaged. Nothing was changed.",
            advice="Choose the file that `identity export` wrote, or use the recovery phrase.",
        ) from error
    return did, identity


def open_key_file(data: bytes, password: str, did: str) -> SigningKey:
    """Return the key that data seals. Raises KeyProblem: wrong password, or a damaged file."""
    try:
        document = parse_json(data)
        kdf, cipher = document["kdf"], document["cipher"]
        names = (document["format"], kdf["name"], cipher["name"])
        secret = _derive(password, _unb64(kdf["salt"]), *_checked_cost(kdf))
        nonce, sealed = _unb64(cipher["nonce"]), _unb64(cipher["sealed"])
        if names != (FORMAT, "argon2id", "chacha20-poly1305"):
            raise ValueError(f"unknown format {names}")
        seed = ChaCha20Poly1305(secret).decrypt(nonce, sealed, did.encode())
        return _checked(SigningKey(seed), did)
    except InvalidTag as error:
        raise KeyProblem(
            "The password does not open the key file.", advice="Type it again."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise KeyProblem(
            "The key file is damaged.", advice="Import your key from its backup."
        ) from error


def _checked_cost(kdf: dict[str, Any]) -> tuple[int, int, int]:
    iterations, lanes, memory_kib = (
        int(kdf["iterations"]),
        int(kdf["lanes"]),
        int(kdf["memory_kib"]),
    )
    if not (
        1 <= iterations <= 64 and 1 <= lanes <= 64 and 8 * lanes <= memory_kib <= MAX_MEMORY_KIB
    ):
        raise ValueError("unreasonable key derivation cost")
    return iterations, lanes, memory_kib


def _derive(password: str, salt: bytes, iterations: int, lanes: int, memory_kib: int) -> bytes:
    kdf = Argon2id(salt=salt, length=32, iterations=iterations, lanes=lanes, memory_cost=memory_kib)
    return kdf.derive(password.encode())


def _checked(key: SigningKey, did: str) -> SigningKey:
    if key.did != did:
        raise KeyProblem("The stored key is not the one this library was signed with.")
    return key


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _unb64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
