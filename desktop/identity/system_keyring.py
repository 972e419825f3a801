"""The system's own place for secrets, where it has one."""

from __future__ import annotations

import keyring
from keyring.errors import KeyringError, NoKeyringError

from desktop.errors import KeyProblem

_SERVICE = "residuals"
_ADVICE = "Unlock the keyring and try again."


def put(name: str, secret: str) -> bool:
    """Keep a secret; False where there is no keyring. Raises KeyProblem if it does not take it."""
    try:
        keyring.set_password(_SERVICE, name, secret)
    except NoKeyringError:
        return False
    except KeyringError as error:
        raise KeyProblem(
            f"The system keyring did not take the key: {error}.", advice=_ADVICE
        ) from error
    return True


def get(name: str) -> str | None:
    """Return a secret, or None if the keyring has none of that name. Raises KeyProblem."""
    try:
        return keyring.get_password(_SERVICE, name)
    except KeyringError as error:
        raise KeyProblem(
            f"The system keyring did not give the key: {error}.", advice=_ADVICE
        ) from error


def is_there() -> bool:
    """Tell whether the system offers a keyring."""
    return keyring.get_keyring().priority > 0
