"""ISCC-IDs: what an ISCC-HUB calls a declaration, with the time it was made inside."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

PREFIX = "ISCC:"
HUB_BITS = 12
MAX_HUB_ID = (1 << HUB_BITS) - 1
_MAIN_TYPE_ID = 6
_VERSION_1 = 1
_BODY_OF_64_BITS = 1
_BYTES = 10
_CHARACTERS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class IsccId:
    """A decoded ISCC-ID: when the hub declared it (by the hub's clock), and which hub it was."""

    text: str
    time: datetime
    hub_id: int


def read_iscc_id(text: str) -> IsccId | None:
    """Decode "ISCC:…" (16 bits of header, 52 of microseconds, 12 of hub id); None if it is none.

    Only the canonical form is read: upper-case base32 without padding.
    """
    code = text.removeprefix(PREFIX)
    if not text.startswith(PREFIX) or len(code) != _CHARACTERS:
        return None
    try:
        raw = base64.b32decode(code)
    except (binascii.Error, ValueError):
        return None
    main_type, version, length = raw[0] >> 4, raw[1] >> 4, raw[1] & 0x0F
    if len(raw) != _BYTES:
        return None
    if (main_type, version, length) != (_MAIN_TYPE_ID, _VERSION_1, _BODY_OF_64_BITS):
        return None
    body = int.from_bytes(raw[2:], "big")
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=body >> HUB_BITS)
    return IsccId(text=text, time=moment, hub_id=body & MAX_HUB_ID)


def iscc_id(moment: datetime, hub_id: int) -> str:
    """Return the ISCC-ID of a moment at a hub (0 to 4095). Raises ValueError."""
    if not 0 <= hub_id <= MAX_HUB_ID:
        raise ValueError(f"There is no hub {hub_id}.")
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    body = ((since // timedelta(microseconds=1)) << HUB_BITS) | hub_id
    header = bytes((_MAIN_TYPE_ID << 4, (_VERSION_1 << 4) | _BODY_OF_64_BITS))
    return PREFIX + base64.b32encode(header + body.to_bytes(8, "big")).decode("ascii")
