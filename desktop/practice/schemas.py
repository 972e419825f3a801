"""Refuses documents that are not what resources/openclaims.yaml asks for, as a 422 problem."""

from __future__ import annotations

from typing import Any

from desktop.practice.problems import invalid
from desktop.protocol import check_document


def check(name: str, document: Any) -> None:
    """Raise a 422 Problem unless document is what components/schemas/name asks for."""
    try:
        check_document(name, document)
    except ValueError as error:
        raise invalid(str(error)) from error
