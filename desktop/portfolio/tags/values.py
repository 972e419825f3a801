"""Choose, among the tags of one file, the value of each field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from desktop.model.identifiers import recognised
from desktop.portfolio.content import Embedded
from desktop.portfolio.plaintext import encodable
from desktop.portfolio.tags.dates import first_date
from desktop.portfolio.tags.people import credits_of
from desktop.portfolio.tags.plain import NAME_CHARACTERS, plain, plain_names

Tags = Mapping[str, str | Sequence[str]]
Order = Mapping[str, Sequence[str]]
_MOST_KEYWORDS = 50


def values_of(tags: Tags, name: str) -> tuple[str, ...]:
    """Return a tag's values; a text is one value, and one that is not there is none."""
    value = tags.get(name) or ()
    return (value,) if isinstance(value, str) else tuple(value)


def first_values(
    tags: Tags,
    order: Order,
    *,
    roles: Mapping[str, str] | None = None,
    schemes: Mapping[str, str] | None = None,
) -> Embedded:
    """Return the fields of order, each from the first of its tags that has a value.

    name, description and meta are the first value as it stands, for they decide the Meta-Code;
    creators and keywords keep all values. created is the first that is a date. roles: tags of
    people, each with its role; those found replace the creators of order. schemes: tags of public
    numbers, each with its scheme or "".
    """

    def first(field: str) -> tuple[str, ...]:
        every = (values_of(tags, name) for name in order.get(field, ()))
        return next((values for values in every if values and values[0]), ())

    def one(field: str) -> str:
        return next(iter(first(field)), "")

    people = [(name, role) for tag, role in (roles or {}).items() for name in values_of(tags, tag)]
    return Embedded(
        name=encodable(one("name")),
        description=encodable(one("description")),
        meta=encodable(one("meta")),
        creators=credits_of(people) or credits_of((name, "") for name in first("creator")),
        rights=plain(one("rights")),
        created=first_date(_every(tags, order.get("created", ()))),
        identifier=plain(one("identifier"), NAME_CHARACTERS),
        identifiers=recognised(_numbers(tags, order, schemes or {})),
        language=plain(one("language"), NAME_CHARACTERS),
        keywords=plain_names(first("keyword"), _MOST_KEYWORDS),
    )


def _every(tags: Tags, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        yield from values_of(tags, name)


def _numbers(tags: Tags, order: Order, schemes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, scheme in schemes.items():
        yield from ((value, scheme) for value in values_of(tags, name))
    yield from ((value, "") for value in _every(tags, order.get("identifier", ())))
