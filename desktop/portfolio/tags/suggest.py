"""Turn what a file says into suggestions: plain text that is safe to keep and to show."""

from __future__ import annotations

from desktop.model.suggestions import Suggestions
from desktop.portfolio.content import Embedded
from desktop.portfolio.tags.plain import TEXT_CHARACTERS, plain

_TITLE_CHARACTERS = 500  # as many as a claim may have


def suggestions_of(embedded: Embedded) -> Suggestions:
    """Return what a file says of itself as suggestions for its work."""
    return Suggestions(
        title=plain(embedded.name, _TITLE_CHARACTERS),
        creators=embedded.creators,
        description=plain(embedded.description, TEXT_CHARACTERS),
        rights=embedded.rights,
        created=embedded.created,
        identifier=embedded.identifier,
        identifiers=embedded.identifiers,
        language=embedded.language,
        keywords=embedded.keywords,
        ai_use=embedded.ai_use,
    )
