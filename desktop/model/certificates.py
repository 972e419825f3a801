"""The certificate that signs the manifests in published copies: whose, which, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

STANDING = "valid, not on a trust list"
"""What a reader may be told of a signature by a certificate that somebody made for himself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One certificate made on this computer, for one of the user's keys.

    chain: the certificate and the one of its own authority that signed it, in PEM. number: counts
    the certificates of a key from 1; with the key it gives the private key, which is kept nowhere.
    """

    did: str
    number: int
    name: str
    chain: str
    starts: datetime
    ends: datetime
