"""Puts the Works place together: its view, what can be done about works, and their menus."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from desktop.services import Services
from desktop.ui.actions import Actions
from desktop.ui.collection_actions import CollectionActions
from desktop.ui.pictures import Pictures
from desktop.ui.terms_menu import TermsMenu
from desktop.ui.theme import Theme
from desktop.ui.work_actions import WorkActions
from desktop.ui.work_details import WorkJobs
from desktop.ui.work_menu import WorkMenu
from desktop.ui.works_view import WorksView

AboutWork = Callable[[int], None]


def works_place(
    services: Services,
    theme: Theme,
    pictures: Pictures,
    *,
    actions: Actions,
    about: WorkActions,
    collections: CollectionActions,
    split_sheet: AboutWork,
    add_evidence: AboutWork,
    window: QWidget,
) -> WorksView:
    """Return the view of the works, with everything it offers."""
    claim: Callable[[Sequence[int]], None] = actions.claim
    made = WorksView(
        services,
        theme,
        pictures,
        about=WorkJobs(
            ask_terms=about.asking.ask,
            prove_terms=about.asking.prove,
            fill_adding=collections.fill_adding,
            use_offers=about.use_offers,
            describe=about.describe,
            publish=about.publishing.ask,
            split_sheet=split_sheet,
            add_evidence=add_evidence,
        ),
        about_terms=TermsMenu(
            ask=about.asking.ask,
            for_site=about.terms.for_site,
            read=about.terms.read,
            publish=about.publishing.ask,
            for_folder=about.asking.ask_folder,
            folders=about.asking.folders,
            collection=lambda: collections.held,
            undo=about.asking.undo_last,
        ),
        menu=WorkMenu(
            ask_terms=about.asking.ask,
            describe=about.describe,
            claim=claim,
            publish=about.publishing.ask,
            collections=collections,
            parent=window,
        ).of,
        add_folder=actions.add_folder,
        try_samples=actions.try_samples,
    )
    made.claim_asked.connect(actions.claim)
    return made
