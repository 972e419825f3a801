"""The practice registry's own key: kept in its folder, so that its DID survives restarts.

It signs nothing of value, so it lies there without a password, readable by its owner only.
"""

from __future__ import annotations

from desktop.errors import KeyProblem
from desktop.identity.keys import SigningKey
from desktop.practice.files import write_whole
from desktop.practice.ledger import Ledger

KEY_FILE = "registry.key"


def key_of(ledger: Ledger) -> SigningKey:
    """Return the key beside the ledger, making it on first use. Raises KeyProblem if damaged."""
    path = ledger.folder / KEY_FILE
    with ledger.write():
        if not path.exists():
            write_whole(path, SigningKey.generate().seed.hex().encode("ascii"))
    try:
        return SigningKey(bytes.fromhex(path.read_text("ascii").strip()))
    except (OSError, ValueError) as error:
        raise KeyProblem(
            "The practice registry's key cannot be read.",
            advice=f"Delete the folder {ledger.folder} to start a new practice registry.",
        ) from error
