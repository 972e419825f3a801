"""What the user says of works: titles, creators, shares, and what AI may do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from desktop.errors import UsageProblem
from desktop.model.terms import Terms
from desktop.model.works import Creator, Identifier, Party, Right, Share, Work
from desktop.services import Services
from desktop.store import journal, parties, terms, works
from desktop.store import shares as shares_store


def set_terms(new: Terms, work_ids: Iterable[int] | None, services: Services) -> int:
    """Keep terms as a version and give them to works; None: to all, now and to come.

    Returns how many works changed. Raises UsageProblem if a work does not exist.
    """
    now_s = services.now_s()
    with services.store.write() as tx:
        version = terms.keep(tx, new, now_s).version
        if work_ids is None:
            changed = terms.set_for_all(tx, version, now_s)
            subject = "all"
        else:
            chosen = list(work_ids)
            for work_id in chosen:
                works.get(tx, work_id)
            changed = terms.set_for_works(tx, version, chosen, now_s)
            subject = "works"
        journal.add(tx, now_s, "terms.set", subject, {"version": version, "works": changed})
    return changed


def edit_work(
    work_id: int,
    services: Services,
    *,
    title: str | None = None,
    creators: Sequence[Creator] | None = None,
    identifiers: Sequence[Identifier] = (),
    shares: Sequence[tuple[str, Right, Fraction]] = (),
) -> Work:
    """Keep what the user says of a work and return it. Raises UsageProblem; then nothing changed.

    shares: (party's name or DID, or "me"; right; exact fraction).
    """
    now_s = services.now_s()
    with services.store.write() as tx:
        works.get(tx, work_id)
        changed = []
        if title is not None:
            if not title.strip():
                raise UsageProblem("A work needs a title.")
            works.set_title(tx, work_id, " ".join(title.split()))
            changed.append("title")
        if creators is not None:
            works.set_creators(tx, work_id, creators)
            changed.append("creators")
        for identifier in identifiers:
            works.add_identifier(tx, work_id, identifier)
            changed.append("identifier")
        for name, right, fraction in shares:
            me = parties.me(tx) if name == "me" else None
            party = me or parties.named(tx, name, now_s)
            shares_store.put(tx, work_id, _share(party, right, fraction))
            changed.append("share")
        journal.add(tx, now_s, "work.edited", str(work_id), {"changed": sorted(set(changed))})
        return works.get(tx, work_id)


def _share(party: Party, right: Right, fraction: Fraction) -> Share:
    try:
        return Share(party=party, right=right, fraction=fraction)
    except ValueError as error:
        raise UsageProblem(str(error), advice="Give a fraction such as 2/3.") from error
