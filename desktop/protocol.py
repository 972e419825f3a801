"""Checks documents against resources/openclaims.yaml, and says in words what is wrong.

Both ends use it: the connector for what a registry sends, the practice registry for what it gets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from itertools import islice
from typing import Any

import yaml

from desktop.assets import asset
from desktop.model.times import from_rfc3339

MAX_VALUE_CHARACTERS = 120
MAX_ERRORS_LOOKED_AT = 50


@cache
def api_document() -> dict[str, Any]:
    """Return openclaims.yaml, read."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with asset("openclaims.yaml").open("rb") as file:
        document = yaml.load(file, Loader=loader)  # noqa: S506 - a safe loader, in C if there is one
    if not isinstance(document, dict):
        raise TypeError("openclaims.yaml is not an OpenAPI document")
    return document


def check_document(name: str, document: Any) -> None:
    """Raise ValueError, in words, unless document is what components/schemas/name asks for."""
    if is_surely_valid(name, document):
        return
    from jsonschema.exceptions import best_match

    # A hostile document has a million errors; the best of the first ones has words enough.
    errors = thorough_validator(name).iter_errors(document)
    error = best_match(islice(errors, MAX_ERRORS_LOOKED_AT))
    if error is None:
        return
    where = "/".join(str(step) for step in error.absolute_path) or "the document"
    raise ValueError(f"Not a {name}: {where[:300]}: {error.message[:500]}")


def is_surely_valid(name: str, document: Any) -> bool:
    """Say so a hundred times sooner; what it refuses, or cannot take, needs a thorough look."""
    try:
        return bool(_quick_validator(name).is_valid(document))
    except (ValueError, TypeError, OverflowError):
        return False


@cache
def thorough_validator(name: str) -> Any:
    """Return the validator that has the last word, and words for what is wrong."""
    from jsonschema import Draft202012Validator, FormatChecker
    from jsonschema.exceptions import ValidationError
    from jsonschema.validators import extend

    formats = FormatChecker(formats=())
    formats.checks("date-time", raises=ValueError)(_is_time)
    formats.checks("date", raises=ValueError)(_is_date)

    def pattern(
        _validator: object, asked: str, value: object, _schema: object
    ) -> Iterator[ValidationError]:
        if isinstance(value, str) and not _compiled(asked).search(value):
            yield ValidationError(f"{value[:MAX_VALUE_CHARACTERS]!r} does not match {asked}")

    strict = extend(Draft202012Validator, {"pattern": pattern})  # type: ignore[no-untyped-call]
    return strict(_schema_of(name), format_checker=formats)


@cache
def _quick_validator(name: str) -> Any:
    import jsonschema_rs

    formats = {"date": _is_format(_is_date), "date-time": _is_format(_is_time)}
    return jsonschema_rs.Draft202012Validator(
        _schema_of(name), formats=formats, validate_formats=True
    )


def _schema_of(name: str) -> dict[str, Any]:
    return {
        "$ref": f"#/components/schemas/{name}",
        "components": {"schemas": api_document()["components"]["schemas"]},
    }


def _is_format(check: Callable[[object], bool]) -> Callable[[str], bool]:
    def is_valid(text: str) -> bool:
        try:
            return check(text)
        except ValueError:
            return False

    return is_valid


def _is_time(value: object) -> bool:
    return not isinstance(value, str) or bool(from_rfc3339(value))


def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile an ECMA pattern: $ is the end of the text there, not "before a last newline"."""
    return re.compile(pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern)
