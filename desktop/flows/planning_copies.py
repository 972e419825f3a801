"""What publishing would write, before it is done: told in numbers, and in every vocabulary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.errors import UsageProblem
from desktop.flows.certifying import certificate_of
from desktop.flows.identifying import who_am_i
from desktop.model.terms import Answer, Terms
from desktop.model.vocabularies import Said, Target
from desktop.services import Services
from desktop.store import copies
from desktop.store import terms as terms_store
from desktop.terms.spoken import say

IN_COPIES = (Target.IPTC, Target.C2PA)


@dataclass(frozen=True, slots=True, kw_only=True)
class SameTerms:
    """Works that have the same terms, and what their copies will say. unsaid: nothing."""

    works: int
    says: tuple[Said, ...]
    unsaid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyPlan:
    """What would be published. size_bytes: of the originals. earlier: works with a copy already,
    outdated: of these, where every copy says terms of before. holds_until: of the certificate.
    """

    work_ids: tuple[int, ...]
    groups: tuple[SameTerms, ...]
    size_bytes: int
    earlier: int
    outdated: int
    holds_until: datetime | None


def plan_copies(work_ids: Sequence[int], services: Services) -> CopyPlan:
    """Return what publishing works would write. Raises UsageProblem if there is none of them."""
    me = who_am_i(services)
    with services.store.read() as connection:
        rows = terms_store.versions_of(connection, work_ids)
        versions = terms_store.by_version(connection)
        ids = [work_id for work_id, _, _ in rows]
        size_bytes = copies.size_of_originals(connection, ids)
        earlier, outdated = copies.published(connection, ids)
    if not rows:
        raise UsageProblem("There are no works to publish.", advice="Choose some first.")
    counted = Counter(version for _, _, version in rows)
    certificate = certificate_of(me.party.did, services) if me else None
    return CopyPlan(
        work_ids=tuple(ids),
        groups=tuple(
            _same(versions.get(version, Terms(uses={})), works, services)
            for version, works in counted.most_common()
        ),
        size_bytes=size_bytes,
        earlier=earlier,
        outdated=outdated,
        holds_until=certificate.ends if certificate else None,
    )


def _same(terms: Terms, works: int, services: Services) -> SameTerms:
    told = terms.on(services.now().date())
    return SameTerms(
        works=works,
        says=tuple(say(target, told) for target in IN_COPIES),
        unsaid=all(answer is Answer.UNSET for answer in terms.uses.values()),
    )
