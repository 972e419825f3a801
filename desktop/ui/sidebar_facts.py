"""What the side bar tells: how many works, what needs the user, who they are, what waits."""

from __future__ import annotations

from desktop.flows.identifying import who_am_i
from desktop.services import Services
from desktop.store import claims as claims_store
from desktop.store import registries as registries_store
from desktop.store import shelf
from desktop.store import waiting as waiting_store
from desktop.ui import needs_view, words
from desktop.ui.changes import Change
from desktop.ui.job import Jobs
from desktop.ui.needs_view import needs_of
from desktop.ui.sidebar import Place, Sidebar


def refresh_sidebar(sidebar: Sidebar, services: Services, jobs: Jobs, what: Change) -> None:
    """Read again what the side bar tells; what changed says whether needs are looked for."""
    with services.store.read() as connection:
        works = shelf.counts(connection).all
        waiting = waiting_store.waiting(connection)
        states = claims_store.state_counts(connection)
        replaced = len(claims_store.replaced(connection))
        known = registries_store.everyone(connection)
    sidebar.set_count(Place.WORKS, works)
    asking = sum(number for state, number in states.items() if state in needs_view.ASKING)
    sidebar.set_count(Place.CLAIMS, asking - replaced, needs=True)
    if what & needs_view.SHOWS:
        # It looks at every payment, which may take longer than a window may stand still.
        jobs.run(
            lambda _report, _cancelled: len(needs_of(services)),
            succeeded=lambda count: sidebar.set_count(Place.NEEDS_YOU, count, needs=True),
        )
    identity = who_am_i(services)
    if identity is None:
        sidebar.set_foot("No name yet", "Asked when you first claim", "")
        return
    offline = known and all(registry.state.value == "offline" for registry in known)
    revoked = f"Key revoked on {identity.key.ended:%d %B %Y}" if identity.revoked else ""
    end = revoked or f"Key ends in …{identity.party.did[-4:]}"
    end += " · offline" if offline else ""
    outbox = words.waits(waiting)
    sidebar.set_foot(identity.party.name, end, outbox, identity.party.did)
