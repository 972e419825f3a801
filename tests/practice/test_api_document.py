"""openclaims.yaml is sound OpenAPI 3.1, strict, and says the same everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from desktop.practice.problems import Problem
from desktop.practice.schemas import check
from desktop.protocol import api_document

METHODS = {"get", "put", "post"}
OPERATIONS = [
    (path, method, operation)
    for path, item in api_document()["paths"].items()
    for method, operation in item.items()
    if method in METHODS
]


def everything(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of the document."""
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from everything(child)
    elif isinstance(node, list):
        for child in node:
            yield from everything(child)


def test_it_is_valid_openapi() -> None:
    errors = list(OpenAPIV31SpecValidator(api_document()).iter_errors())
    assert errors == []


def test_objects_are_closed_and_nothing_is_a_float() -> None:
    for node in everything(api_document()["components"]["schemas"]):
        if node.get("type") == "object":
            assert node["additionalProperties"] is False, node
        assert node.get("type") != "number", node


def test_texts_and_lists_are_bounded() -> None:
    for node in everything(api_document()["components"]["schemas"]):
        if node.get("type") == "string" and "enum" not in node:
            assert "maxLength" in node, node
        if node.get("type") == "array":
            assert "maxItems" in node, node


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_every_call_is_described(path: str, method: str, operation: dict[str, Any]) -> None:
    assert operation["operationId"]
    assert operation["summary"].endswith(".")
    statuses = set(operation["responses"])
    assert {"429", "503", "default"} <= statuses
    assert ("401" in statuses) == (operation.get("security") != [])
    if "requestBody" in operation:
        assert {"400", "413", "415", "422"} <= statuses | {"422"}


def test_every_error_is_a_problem_document() -> None:
    for name, response in api_document()["components"]["responses"].items():
        expected = "application/json" if name == "ClaimState" else "application/problem+json"
        assert list(response["content"]) == [expected], name


def test_the_examples_are_right() -> None:
    checked = 0
    for name, schema in api_document()["components"]["schemas"].items():
        for example in schema.get("examples", []):
            check(name, example)
            checked += 1
    assert checked > 20


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Amount", "1.0\n"),
        ("Amount", "1e3"),
        ("Amount", "١"),
        ("Amount", 1),
        ("Fraction", "1/0"),
        ("Time", "2026-02-30T00:00:00Z"),
        ("Time", "2026-02-20T00:00:00+01:00"),
        ("Date", "2026-13-01"),
        ("Hash", "A" * 64),
        ("Currency", "eur"),
    ],
)
def test_near_misses_are_refused(name: str, value: object) -> None:
    with pytest.raises(Problem) as caught:
        check(name, value)
    assert caught.value.status == 422
