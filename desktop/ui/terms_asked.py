"""Of what terms are asked, in words: some works, all of them, a collection, a folder, new ones."""

from __future__ import annotations

from desktop.model.terms import Terms
from desktop.model.terms_changes import Choice, Scope
from desktop.model.terms_history import Why
from desktop.services import Services
from desktop.store import collections, shelf, terms_history, terms_rules
from desktop.store import terms as terms_store
from desktop.store import works as works_store
from desktop.store.database import Connection
from desktop.ui.figures import many
from desktop.ui.terms_dialog import TermsAsked
from desktop.ui.words import file_name, printable

_OWN = "What you answer for a work itself counts before what its collection or folder says."
_DIFFER = " They differ now: what you answer replaces it all."
_ALL = (
    "Every work gets this answer, and every work to come, whatever you said of some of them before."
)
_COLLECTION = (
    "It holds for its works as long as they are in it. Works with an answer of their own keep it; "
    "where two answers meet, the stricter one holds."
)
_FOLDER = (
    "It holds for every work with a file in it, and for those that come there. Works with an "
    "answer of their own keep it; where two answers meet, the stricter one holds."
)
_DEFAULT = "Works that come get this answer, until you give them another. Works that are here stay."


def asked_of(choice: Choice, services: Services) -> TermsAsked:
    """Return what is asked of the works of a choice, with the answer they have now, if it is one.

    Raises UsageProblem if a work or a collection does not exist.
    """
    with services.store.read() as connection:
        if choice.scope is Scope.WORKS:
            return _of_works(connection, choice)
        if choice.scope is Scope.ALL:
            number = many(shelf.counts(connection).all, "work")
            return TermsAsked(
                choice=choice,
                title="What AI may do with every work",
                about="every work, and those to come",
                sentence=_ALL,
                yes=f"Use for {number}",
            )
        return _of_rule(connection, choice)


def _of_works(connection: Connection, choice: Choice) -> TermsAsked:
    alike = len(terms_store.versions_among(connection, choice.work_ids)) == 1
    first = choice.work_ids[0]
    one = len(choice.work_ids) == 1
    title = works_store.get(connection, first).title if one else ""
    about = f"“{printable(title)}”" if one else many(len(choice.work_ids), "work")
    same = terms_store.of_work(connection, first) if alike else None
    return TermsAsked(
        choice=choice,
        title=f"What AI may do with {about}",
        about=about,
        sentence=_OWN + ("" if alike else _DIFFER),
        yes="Use it" if one else f"Use for {about}",
        terms=same,
        said=not one or terms_history.why(connection, first).why is Why.OWN,
    )


def _of_rule(connection: Connection, choice: Choice) -> TermsAsked:
    said: Terms | None
    if choice.scope is Scope.COLLECTION:
        found = collections.get(connection, choice.collection_id)
        name, sentence, yes = f"“{printable(found.name)}”", _COLLECTION, "Use for the collection"
        said = found.terms
    elif choice.folder is not None:
        name, sentence = f"the folder “{file_name(choice.folder)}”", _FOLDER
        yes = "Use for the folder"
        said = _said(connection, choice)
    else:
        name, sentence, yes = "new works", _DEFAULT, "Use for new works"
        said = _said(connection, choice)
    return TermsAsked(
        choice=choice,
        title=f"What AI may do with {name}",
        about=name,
        sentence=sentence,
        yes=yes,
        terms=said,
        said=said is not None,
    )


def _said(connection: Connection, choice: Choice) -> Terms | None:
    key = terms_rules.folder_key(choice.folder) if choice.folder is not None else None
    version = terms_rules.said_of(connection, folder=key)
    return terms_store.several(connection, [version]).get(version) if version else None
