"""Checks documents against resources/openclaims.yaml, and says in words what is wrong.

Both ends use it: the connector for what a registry sends, the practice registry for what it gets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend

from desktop.assets import asset
from desktop.model.times import from_rfc3339

MAX_VALUE_CHARACTERS = 120
_formats = FormatChecker(formats=())


@_formats.checks("date-time", raises=ValueError)
def _is_time(value: object) -> bool:
    return not isinstance(value, str) or bool(from_rfc3339(value))


@_formats.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile an ECMA pattern: $ is the end of the text there, not "before a last newline"."""
    return re.compile(pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern)


def _pattern(
    _validator: object, pattern: str, value: object, _schema: object
) -> Iterator[ValidationError]:
    if isinstance(value, str) and not _compiled(pattern).search(value):
        yield ValidationError(f"{value[:MAX_VALUE_CHARACTERS]!r} does not match {pattern}")


_Validator = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]


@cache
def api_document() -> dict[str, Any]:
    """Return openclaims.yaml, read."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with asset("openclaims.yaml").open("rb") as file:
        document = yaml.load(file, Loader=loader)  # noqa: S506 - a safe loader, in C if there is one
    if not isinstance(document, dict):
        raise TypeError("openclaims.yaml is not an OpenAPI document")
    return document


@cache
def _validator_of(name: str) -> Any:
    schema = {
        "$ref": f"#/components/schemas/{name}",
        "components": {"schemas": api_document()["components"]["schemas"]},
    }
    return _Validator(schema, format_checker=_formats)


def check_document(name: str, document: Any) -> None:
    """Raise ValueError, in words, unless document is what components/schemas/name asks for."""
    error = best_match(_validator_of(name).iter_errors(document))
    if error is None:
        return
    where = "/".join(str(step) for step in error.absolute_path) or "the document"
    raise ValueError(f"Not a {name}: {where[:300]}: {error.message[:500]}")
