"""When to try again: exponential, with jitter, and never before the registry said."""

from __future__ import annotations

import random

FIRST_DELAY_S = 30
MAX_DELAY_S = 6 * 3600


def delay_s(attempts: int, *, retry_after_s: int | None = None) -> int:
    """Return seconds to wait after that many attempts (REGISTRIES.md, "Sending").

    Retry-After wins; otherwise min(30 s * 2^attempts, 6 h). Up to as much again is added at
    random, so that a thousand clients do not come back in the same second.
    """
    if retry_after_s is not None:
        base = max(retry_after_s, 1)
    else:
        base = min(FIRST_DELAY_S * 2 ** min(attempts, 20), MAX_DELAY_S)
    return base + random.randint(0, base)  # noqa: S311 - politeness, not secrecy
