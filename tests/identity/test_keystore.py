"""Keys rest in the keyring, or sealed in a file; a secret is never in the clear."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from desktop.errors import KeyProblem
from desktop.identity.keys import SigningKey
from desktop.identity.keystore import KeyStore, open_key_file, seal_key


class MemoryKeyring(KeyringBackend):
    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class LockedKeyring(MemoryKeyring):
    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("locked")


def store(folder: Path, password: str = "correct horse") -> KeyStore:
    return KeyStore(folder, lambda _sentence: password)


def test_without_a_keyring_a_sealed_file_is_kept(tmp_path: Path) -> None:
    key = SigningKey.generate()
    assert store(tmp_path).keep(key) == "a password-protected key file"
    (path,) = tmp_path.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert key.seed.hex() not in path.read_text()
    assert store(tmp_path).load(key.did) == key


def test_a_wrong_password_is_said_to_be_wrong(tmp_path: Path) -> None:
    key = SigningKey.generate()
    store(tmp_path).keep(key)
    with pytest.raises(KeyProblem, match="password does not open"):
        store(tmp_path, "wrong password").load(key.did)


def test_a_short_password_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(KeyProblem, match="shorter"):
        store(tmp_path, "short").keep(SigningKey.generate())
    assert list(tmp_path.iterdir()) == []


def test_with_a_keyring_no_file_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = MemoryKeyring()
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    key = SigningKey.generate()
    assert store(tmp_path).keep(key) == "the system keyring"
    assert list(tmp_path.iterdir()) == []
    assert store(tmp_path).load(key.did) == key


def test_a_story_leaves_the_system_keyring_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = MemoryKeyring()
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    key = SigningKey.generate()
    kept = KeyStore(tmp_path, lambda _sentence: "correct horse", use_keyring=False)
    assert kept.keep(key) == "a password-protected key file"
    assert backend.kept == {}
    assert kept.load(key.did) == key


def test_a_locked_keyring_is_no_reason_to_write_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", LockedKeyring())
    with pytest.raises(KeyProblem, match="keyring"):
        store(tmp_path).keep(SigningKey.generate())
    assert list(tmp_path.iterdir()) == []


def test_a_missing_key_is_said_to_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", MemoryKeyring())
    with pytest.raises(KeyProblem, match="not on this computer"):
        store(tmp_path).load(SigningKey.generate().did)


@pytest.mark.parametrize("field", ["kdf", "cipher", "format"])
def test_a_damaged_key_file_is_said_to_be_damaged(field: str) -> None:
    key = SigningKey.generate()
    document = json.loads(seal_key(key, "correct horse"))
    document[field] = "?"
    with pytest.raises(KeyProblem, match="damaged"):
        open_key_file(json.dumps(document).encode(), "correct horse", key.did)


def test_a_key_file_cannot_ask_for_all_memory() -> None:
    key = SigningKey.generate()
    document = json.loads(seal_key(key, "correct horse"))
    document["kdf"]["memory_kib"] = 2**31
    with pytest.raises(KeyProblem, match="damaged"):
        open_key_file(json.dumps(document).encode(), "correct horse", key.did)
