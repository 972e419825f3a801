"""Pictures of asking: collections, terms with their history, and the dialogs of terms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial

from PySide6.QtWidgets import QScrollArea, QWidget

from desktop.flows.collecting import list_collections, make_collection
from desktop.flows.terms_changing import apply_change
from desktop.model.terms import Answer, Licensee, Preset, Price, PriceModel, Terms, Use
from desktop.model.terms_changes import Choice
from desktop.model.vocabularies import Target
from desktop.services import Services
from desktop.store import shelf
from desktop.terms.presets import PRESETS
from desktop.ui.collection_dialogs import CollectionNameDialog
from desktop.ui.read_terms_dialog import ReadTermsDialog
from desktop.ui.site_dialog import SiteDialog
from desktop.ui.terms_asked import asked_of
from desktop.ui.terms_dialog import TermsDialog
from desktop.ui.terms_history import TermsHistory
from desktop.ui.window import MainWindow

Take = Callable[[QWidget, str], None]
ROBOTS = "User-agent: *\nContent-Usage: train-ai=y\nContent-Signal: ai-train=yes, search=yes\n"


def tell_terms(services: Services) -> None:
    """Put the works of the story together, and answer for some of them in detail."""
    works = _works(services)
    for name, some in (
        ("Album: Low Tide", works[3:6]),
        ("Harbour series", works[:4]),
        ("Short stories", works[6:8]),
    ):
        make_collection(name, some, services)
    first = list_collections(services)[0]
    apply_change(Choice.collection(first.collection_id), PRESETS[Preset.NO_AI], services)
    uses = dict.fromkeys(Use, Answer.CONSTRAINED) | {Use.SEARCH: Answer.ALLOW}
    own = Terms(
        uses=uses | {Use.OUTPUT: Answer.DENY},
        price=Price(model=PriceModel.PER_TRAINING, amount=Decimal(250), currency="EUR"),
        licensees=(Licensee(name="Northlight Models Ltd", uses={Use.TRAIN: Answer.ALLOW}),),
        expires=services.now().date() + timedelta(days=20),
        address="https://studio-harbour.example/terms",
        note="Write to me first; studies and schools pay nothing.",
    )
    apply_change(Choice.works(works[:1]), own, services)


def show_terms(window: MainWindow, take: Take) -> None:
    """Take the pictures; take(widget, name) lets things settle first."""
    services, asking = window.services, window.work_actions.asking
    works = _works(services)
    take(window, "collections")
    window.sidebar.collections.rows[1].click()
    window.works.select_work(works[0])
    take(window, "collection")
    history = next(x for x in window.works.details.findChildren(TermsHistory) if x.isVisible())
    history.unfold.click()
    area = window.works.details.findChildren(QScrollArea)[0]
    area.verticalScrollBar().setValue(230)
    take(window, "terms-history")
    today = services.now().date()
    for name, choice in (
        ("works", Choice.works(works)),
        ("work", Choice.works(works[:1])),
        ("collection", Choice.collection(list_collections(services)[1].collection_id)),
        ("new", Choice.default()),
    ):
        dialog = TermsDialog(asked_of(choice, services), asking._foresee, today, window)
        dialog.show()
        take(dialog, f"ask-{name}")
        dialog.form.presets.choose(Preset.ASK_ME)
        take(dialog, f"ask-{name}-chosen")
        dialog.form.unfold.click()
        if Target.ROBOTS in dialog.vocabularies.rows:
            dialog.vocabularies.rows[Target.ROBOTS].show_text.click()
        take(dialog, f"ask-{name}-details")
        dialog.close()
    _others(window, works, take)


def _others(window: MainWindow, works: list[int], take: Take) -> None:
    terms = window.work_actions.terms
    site = SiteDialog(works[:3], terms._compose, window)
    site.show()
    take(site, "site")
    site.close()
    read = ReadTermsDialog(
        partial(terms._read, works[:3]), "It is compared with your terms of 3 works.", window
    )
    read.show()
    take(read, "read-nothing")
    read.text.setPlainText(ROBOTS)
    take(read, "read")
    read.close()
    name = CollectionNameDialog("New collection", "Make it", "", window)
    name.show()
    take(name, "new-collection")
    name.close()


def _works(services: Services) -> list[int]:
    with services.store.read() as connection:
        return shelf.ids(connection)
