"""What AI may do, said of many works at once: shown before, kept in one step."""

from __future__ import annotations

from collections import Counter

from desktop.errors import UsageProblem
from desktop.model.terms import Terms
from desktop.model.terms_changes import Change, Choice, Scope, Step
from desktop.services import Services
from desktop.store import terms as terms_store


def preview_change(choice: Choice, terms: Terms | None, services: Services) -> Change:
    """Return what saying these terms would change; nothing is kept. None: take back what was said.

    What cannot be kept stands in refusals. Raises UsageProblem if a work does not exist.
    """
    if terms is None or choice.scope not in (Scope.WORKS, Scope.ALL):
        raise UsageProblem("Terms are said of works by their numbers, or of all works.")
    wanted = choice.work_ids if choice.scope is Scope.WORKS else None
    with services.store.read() as connection:
        rows = terms_store.versions_of(connection, wanted)
        versions = terms_store.by_version(connection)
    if missing := sorted(set(choice.work_ids) - {work_id for work_id, _, _ in rows}):
        raise UsageProblem(f"There is no work {missing[0]}.", advice="`works` lists them.")
    versions[0] = Terms(uses={})
    counted = Counter(version for _, _, version in rows)
    steps = tuple(
        Step(before=versions[version], after=terms, works=works)
        for version, works in counted.most_common()
        if not versions[version].same_answers(terms)
    )
    return Change(
        choice=choice,
        terms=terms,
        works=len(rows),
        changed=sum(one.works for one in steps),
        steps=steps,
    )
