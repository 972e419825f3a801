"""Whatever is sent, the answer is one that openclaims.yaml describes, and never a 500.

What schemathesis cannot think of (test_contract_fuzz.py): nonsense in what is properly signed.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.practice.server import PracticeServer
from tests.practice.claimant import Claimant, Document
from tests.practice.contract import contract_session

scalars = (
    st.none()
    | st.booleans()
    | st.integers(1 - 2**53, 2**53 - 1)
    | st.floats(-1e6, 1e6)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
    | st.sampled_from(
        ["1/3", "0/1", "2026-02-29", "9999-12-31", "-0.00", "WORLD", "ISCC:KAAAAAAAAA"]
    )
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
chances = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One registry for all the nonsense."""
    folder: Path = tmp_path_factory.mktemp("fuzzed")
    with PracticeServer(folder) as server:
        yield server.url


@pytest.fixture
def ana(url: str) -> Claimant:
    """A claimant who may send anything."""
    return Claimant(url, session=contract_session(requests_too=False))


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every member of a document."""
    members = node.items() if isinstance(node, dict) else enumerate(node)
    for name, child in members:
        yield (*path, name)
        if isinstance(child, dict | list):
            yield from places(child, (*path, name))


def replaced(document: Document, path: tuple[Any, ...], value: Any) -> Document:
    """Return document with another value at a path."""
    changed = copy.deepcopy(document)
    node: Any = changed
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return changed


@chances
@given(data=st.data())
def test_any_member_of_a_claim(
    ana: Claimant, caplog: pytest.LogCaptureFixture, data: st.DataObject
) -> None:
    draft = ana.draft()
    path = data.draw(st.sampled_from(list(places(draft))))
    claim = ana.sign(replaced(draft, path, data.draw(anything)))
    good = ana.claim()
    outcomes = ana.submit(claim, good)
    assert len(outcomes) == 2
    assert "receipt" in outcomes[1]
    assert ana.send("GET", "/events?limit=1").status_code == 200
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@chances
@given(body=st.binary(max_size=200))
def test_any_bytes(ana: Claimant, body: bytes) -> None:
    assert ana.send_bytes("POST", "/claims", body).status_code in (400, 422)


hostile = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40)


@chances
@given(signature_input=hostile, signature=hostile)
def test_any_signature(ana: Claimant, signature_input: str, signature: str) -> None:
    headers = {
        "Signature-Input": f'a=("@method" "@target-uri"){signature_input}',
        "Signature": f"a=:{signature}:",
    }
    response = ana.session.get(ana.url + "/events", headers=headers, timeout=5)
    assert response.status_code == 401
