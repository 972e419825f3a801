"""What the registry answers when it says no: problem documents (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

TYPE = "urn:open-claims:problem:"
MAX_DETAIL = 2000


class Problem(Exception):
    """A no that the claimant reads. name is the last part of its type."""

    def __init__(
        self,
        status: int,
        name: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.name = name
        self.detail = detail
        self.headers = dict(headers or {})

    def document(self) -> dict[str, Any]:
        """Return the problem document."""
        return {
            "type": TYPE + self.name,
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail[:MAX_DETAIL],
        }


def not_found(what: str) -> Problem:
    """Return a 404: unknown, or somebody else's; the two look alike on purpose."""
    return Problem(404, "not-found", f"This registry knows no such {what} of yours.")


def invalid(detail: str) -> Problem:
    """Return a 422: JSON, but not the document that is asked for."""
    return Problem(422, "invalid", detail)


def wrong_state(detail: str) -> Problem:
    """Return a 409: not possible as things stand."""
    return Problem(409, "wrong-state", detail)
