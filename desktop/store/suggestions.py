"""What files say of themselves, as kept with their fingerprints; old rows have fewer fields."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from desktop.errors import UsageProblem
from desktop.model.suggestions import AiStatement, Credit, Suggestions, Vocabulary
from desktop.model.terms import Answer, Use
from desktop.store.database import Connection

_SPEAKING = "terms_id IS NOT NULL AND json_array_length(suggestions, '$.ai_use') > 0 "


def to_json(said: Suggestions) -> str:
    """Return suggestions as the text of fingerprints.suggestions; from_json gives them back."""
    return json.dumps(
        {
            "title": said.title,
            "creators": [{"name": one.name, "role": one.role} for one in said.creators],
            "description": said.description,
            "rights": said.rights,
            "created": said.created,
            "identifier": said.identifier,
            "identifiers": [list(pair) for pair in said.identifiers],
            "language": said.language,
            "keywords": list(said.keywords),
            "ai_use": [
                {
                    "vocabulary": one.vocabulary.value,
                    "property": one.property,
                    "value": one.value,
                    "meaning": {use.value: answer.value for use, answer in one.meaning},
                }
                for one in said.ai_use
            ],
        }
    )


def from_json(text: str) -> Suggestions:
    """Return the suggestions of a kept text.

    Fields that an older version did not write are empty; its creators are names without a role.
    Statements of a vocabulary a newer version added are left out.
    """
    data: dict[str, Any] = json.loads(text)
    return Suggestions(
        title=data.get("title", ""),
        creators=tuple(_credit(one) for one in data.get("creators", ())),
        description=data.get("description", ""),
        rights=data.get("rights", ""),
        created=data.get("created", ""),
        identifier=data.get("identifier", ""),
        identifiers=tuple((scheme, value) for scheme, value in data.get("identifiers", ())),
        language=data.get("language", ""),
        keywords=tuple(data.get("keywords", ())),
        ai_use=tuple(_statements(data.get("ai_use", ()))),
    )


def of_work(connection: Connection, work_id: int) -> Suggestions:
    """Return what the current file of a work says of itself. Raises UsageProblem."""
    row = connection.execute(
        "SELECT suggestions FROM works JOIN fingerprints USING (fingerprint_id) "
        "WHERE works.work_id = ?",
        (work_id,),
    ).fetchone()
    if row is None:
        raise UsageProblem(f"There is no work {work_id}.", advice="`works` lists them.")
    return from_json(row["suggestions"])


def sayings(
    connection: Connection, work_ids: Iterable[int] | None = None
) -> list[tuple[int, str, tuple[AiStatement, ...]]]:
    """Return (version of terms, words, what they say) for all that files say of AI use.

    Of some works, or of all that have terms; words: what works_that_say takes. Works that say the
    same under the same terms come once.
    """
    narrowed, ids = _narrowed(work_ids)
    rows = connection.execute(
        "SELECT DISTINCT terms_id, json_extract(suggestions, '$.ai_use') AS words FROM works "
        f"JOIN fingerprints USING (fingerprint_id) WHERE {_SPEAKING}{narrowed}",
        ids,
    ).fetchall()
    return [
        (int(row["terms_id"]), str(row["words"]), tuple(_statements(json.loads(row["words"]))))
        for row in rows
    ]


def works_that_say(
    connection: Connection,
    version: int,
    words: str,
    work_ids: Iterable[int] | None = None,
) -> list[tuple[int, str]]:
    """Return (work, title) of those whose file says this and that have that version of terms."""
    narrowed, ids = _narrowed(work_ids)
    rows = connection.execute(
        "SELECT works.work_id, title FROM works JOIN fingerprints USING (fingerprint_id) "
        f"WHERE {_SPEAKING}AND terms_id = ? AND json_extract(suggestions, '$.ai_use') = ? "
        f"{narrowed}ORDER BY works.work_id",
        (version, words, *ids),
    ).fetchall()
    return [(int(row["work_id"]), str(row["title"])) for row in rows]


def _narrowed(work_ids: Iterable[int] | None) -> tuple[str, list[str]]:
    if work_ids is None:
        return "", []
    return "AND works.work_id IN (SELECT value FROM json_each(?)) ", [json.dumps(list(work_ids))]


def _credit(one: str | dict[str, str]) -> Credit:
    return Credit(name=one) if isinstance(one, str) else Credit(name=one["name"], role=one["role"])


def _statements(kept: Iterable[dict[str, Any]]) -> Iterable[AiStatement]:
    known = set(Vocabulary)
    for one in kept:
        if one["vocabulary"] in known:
            yield AiStatement(
                vocabulary=Vocabulary(one["vocabulary"]),
                property=one["property"],
                value=one["value"],
                meaning=tuple((Use(use), Answer(what)) for use, what in one["meaning"].items()),
            )
