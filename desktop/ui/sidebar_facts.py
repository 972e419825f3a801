"""What the side bar tells: how many works, what needs the user, who they are, what waits."""

from __future__ import annotations

from desktop.flows.identifying import who_am_i
from desktop.services import Services
from desktop.store import claims as claims_store
from desktop.store import registries as registries_store
from desktop.store import shelf
from desktop.store import waiting as waiting_store
from desktop.ui import words
from desktop.ui.needs import ASKING
from desktop.ui.sidebar import Place, Sidebar


def refresh_sidebar(sidebar: Sidebar, services: Services) -> None:
    """Read again what the side bar tells, but for what needs the user: that page counts it."""
    with services.store.read() as connection:
        works = shelf.counts(connection).all
        waiting = waiting_store.waiting(connection)
        states = claims_store.state_counts(connection)
        replaced = len(claims_store.replaced(connection))
        known = registries_store.everyone(connection)
    sidebar.set_count(Place.WORKS, works)
    sidebar.collections.setVisible(bool(works or sidebar.collections.collections))
    asking = sum(number for state, number in states.items() if state in ASKING)
    sidebar.set_count(Place.CLAIMS, asking - replaced, needs=True)
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
