"""What the user can do: each runs a flow as a job, then says what kind of thing changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from desktop.assets import asset
from desktop.errors import AppError
from desktop.flows.claiming import Prepared, Queued, prepare, sign_and_queue
from desktop.flows.connecting import trust_offered
from desktop.flows.hearing import Synced
from desktop.flows.importing import Imported
from desktop.flows.syncing import add_registry, check_registry, sync
from desktop.flows.updating import prepare_updates
from desktop.flows.watching import scan_now
from desktop.model.registries import Registry
from desktop.model.works import Outcome
from desktop.services import Services
from desktop.store import file_problems
from desktop.store import registries as registries_store
from desktop.ui import figures, words
from desktop.ui.changes import Change, Changes
from desktop.ui.dialogs import ClaimDialog, RegistryDialog, TrustDialog
from desktop.ui.figures import many
from desktop.ui.job import Job, Jobs
from desktop.ui.notice import Notice
from desktop.ui.offer_actions import OfferActions
from desktop.ui.registry_choice import choose_registry
from desktop.ui.signing import Signing
from desktop.ui.strip import Strip
from desktop.ui.update_actions import UpdateActions
from desktop.ui.watching import Watching

UPDATES_AT_ONCE = 5000  # each is held whole while it is looked at
AddForm = Callable[[str, str, Mapping[str, str], Callable[[AppError], None]], None]


class Actions:
    """Bound to one window: its jobs, its notice line, its strip."""

    def __init__(
        self,
        services: Services,
        jobs: Jobs,
        changes: Changes,
        notice: Notice,
        strip: Strip,
        signing: Signing,
        watching: Watching,
        window: QWidget,
    ) -> None:
        self._services = services
        self._jobs = jobs
        self._changes = changes
        self._notice = notice
        self._strip = strip
        self._signing = signing
        self._watching = watching
        self._window = window
        self.updates = UpdateActions(services, jobs, changes, notice, self.update_claims, window)
        self.offers = OfferActions(services, jobs, changes, notice, signing, self.sync, window)
        self._scan: Job | None = None
        self._waiting: list[Path] = []
        self._syncing: Job | None = None
        self._sync_again = False
        self.need_registry: Callable[[], None] = lambda: None
        self.show_problems: Callable[[], None] = lambda: None
        self.add_form: AddForm = lambda _name, _form, _options, _failed: None
        self.go_to_forms: Callable[[], None] = lambda: None

    def add_folder(self) -> None:
        """Choose a folder and take it in."""
        chosen = QFileDialog.getExistingDirectory(self._window, "Add folder")
        if chosen:
            self.add_paths((Path(chosen),))

    def try_samples(self) -> None:
        """Take in the sample works."""
        self.add_paths((asset("samples/works"),))

    def add_paths(self, paths: Sequence[Path]) -> None:
        """Take in files and folders; while a scan runs, they wait for its end."""
        if self._scan is not None:
            self._waiting += paths
            return
        roots = tuple(paths)
        self._scan = self._jobs.run(
            lambda report, cancelled: scan_now(roots, self._services, report, cancelled),
            succeeded=lambda imported: self._imported(imported, roots),
            failed=self._notice.problem,
            finished=self._scan_ended,
        )
        self._scan.progressed.connect(_Sometimes(self._changes, Change.WORKS))
        self._strip.follow(self._scan, "Scanning")

    def claim(self, work_ids: Sequence[int]) -> None:
        """Show what will be sent, then sign and queue it."""
        chosen = list(work_ids)
        with self._services.store.read() as connection:
            known = [registry.name for registry in registries_store.everyone(connection)]
        if not known:
            self.need_registry()
            self._notice.say(
                "Add a registry first, or start the practice registry to try it without risk."
            )
            return
        registry = choose_registry(known, self._window)
        if registry:
            self.claim_at(chosen, registry)

    def claim_at(self, work_ids: Sequence[int], registry: str) -> None:
        """Show what will be signed for one registry, then sign and queue it."""
        self._signing.with_key(lambda: self._prepare(work_ids, registry))

    def update_claims(self, registry: str) -> None:
        """Show what a registry is told of newer terms, then sign and queue it."""
        self._signing.with_key(lambda: self._prepare_updates(registry))

    def _prepare_updates(self, registry: str) -> None:
        job = self._jobs.run(
            lambda report, cancelled: prepare_updates(
                registry, self._services, report, cancelled, most=UPDATES_AT_ONCE
            ),
            succeeded=lambda prepared: self._preview(
                prepared, registry, update=lambda: self._prepare_updates(registry)
            ),
            failed=self._notice.problem,
        )
        self._strip.follow(job, "Preparing")

    def sync(self) -> None:
        """Send what waits and listen, because the user asked now."""
        self._signing.with_key(lambda: self._sync(eager=True))

    def sync_quietly(self) -> None:
        """Send what is due if that needs no question; says nothing when there is nothing new."""
        if self._signing.is_open():
            self._sync(eager=False)

    def add_registry(self) -> None:
        """Ask for a registry's kind, name and address, and keep it; this works offline."""
        self._add_registry(RegistryDialog(self._window))

    def _add_registry(self, dialog: RegistryDialog) -> None:
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        name, url = dialog.name.text().strip(), dialog.url.text().strip()
        kind, options = dialog.chosen_kind, dialog.options

        def failed(problem: AppError) -> None:
            dialog.say(str(problem))
            self._add_registry(dialog)

        if dialog.is_form:
            self.add_form(name, dialog.form.key, options, failed)
            return

        # A connector of another package is imported here, which may take its time.
        self._jobs.run(
            lambda _report, _cancelled: add_registry(
                name, url, self._services, kind=kind, options=options
            ),
            succeeded=lambda _added: self._changes.tell(Change.REGISTRIES),
            failed=failed,
        )

    def trust_registry(self, registry: Registry) -> None:
        """Ask whether the key that a registry shows now is to be trusted."""
        dialog = TrustDialog(registry.name, registry.offered, self._window)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        keys = registry.offered
        self._jobs.run(
            lambda _report, _cancelled: trust_offered(registry.name, self._services, keys=keys),
            succeeded=lambda _trusted: self.check_registry(registry.name),
            failed=self._notice.problem,
            finished=lambda: self._changes.tell(Change.REGISTRIES),
        )

    def check_registry(self, name: str) -> None:
        """Read a registry's description and keys."""
        self._jobs.run(
            lambda _report, _cancelled: check_registry(name, self._services),
            failed=self._notice.problem,
            finished=lambda: self._changes.tell(Change.REGISTRIES),
        )

    def forget_problem(self, path: Path) -> None:
        """Leave a file out; it is looked at again with the next scan of its folder."""
        with self._services.store.write() as tx:
            file_problems.forget(tx, path)
        self._changes.tell(Change.PROBLEMS)

    def _prepare(self, work_ids: Sequence[int], registry: str) -> None:
        job = self._jobs.run(
            lambda report, cancelled: prepare(
                work_ids, registry, self._services, report, cancelled
            ),
            succeeded=lambda prepared: self._preview(prepared, registry),
            failed=self._notice.problem,
        )
        self._strip.follow(job, "Preparing")

    def _preview(
        self,
        prepared: list[Prepared],
        registry: str,
        *,
        update: Callable[[], None] | None = None,
    ) -> None:
        """Show what will be sent. update: prepares anew what brings claims up to date."""
        with self._services.store.read() as connection:
            by_hand = registries_store.by_name(connection, registry).by_hand
        if update is not None and not any(item.ready for item in prepared):
            self._sign(prepared, registry, by_hand=by_hand)  # only takes back what waited
            return
        dialog = ClaimDialog(
            prepared,
            registry,
            self._window,
            signers=self._signing.signers(),
            by_hand=by_hand,
            update=update is not None,
        )
        answer = dialog.exec()
        if answer == ClaimDialog.OTHER_SIGNER:
            chosen = [item.work_id for item in prepared]
            again = update or (lambda: self._prepare(chosen, registry))
            self._signing.sign_as(dialog.signer, again)
        if answer == QDialog.DialogCode.Accepted:
            self._sign(prepared, registry, by_hand=by_hand)

    def _sign(self, prepared: list[Prepared], registry: str, *, by_hand: bool) -> None:
        job = self._jobs.run(
            lambda report, cancelled: sign_and_queue(
                prepared, registry, self._services, report, cancelled
            ),
            succeeded=lambda queued: self._queued(queued, by_hand=by_hand),
            failed=self._notice.problem,
        )
        self._strip.follow(job, "Signing")

    def _queued(self, queued: list[Queued], *, by_hand: bool) -> None:
        count = sum(1 for item in queued if item.claim_id)
        self._changes.tell(Change.CLAIMS)
        problem = next((item.problem for item in queued if item.problem), None)
        if not count:
            if problem is not None:
                self._notice.problem(problem)
            else:
                self._notice.say("Nothing is sent: what stands there says the same.")
            return
        if by_hand:
            self._changes.tell(Change.REGISTRIES)
            said = f"{_claims(count)} signed. Make the folder next, and hand it in."
            self._notice.say(said, "Go to the form", self.go_to_forms)
            return
        said = f"{_claims(count)} signed and in the outbox."
        self._notice.say(said, "Sync now", self.sync)
        self.sync_quietly()

    def _sync(self, *, eager: bool) -> None:
        if self._syncing is not None:
            self._sync_again = self._sync_again or eager
            return
        self._syncing = self._jobs.run(
            lambda report, cancelled: sync(self._services, report, cancelled, eager=eager),
            succeeded=lambda synced: self._synced(synced, said=eager),
            failed=self._notice.problem if eager else None,
            finished=self._sync_ended,
        )

    def _sync_ended(self) -> None:
        self._syncing = None
        self._changes.tell(Change.CLAIMS | Change.REGISTRIES)
        if self._sync_again:
            self._sync_again = False
            self._sync(eager=True)

    def _synced(self, synced: Synced, *, said: bool) -> None:
        # An event may be a dispute, which holds money, or its end.
        if synced.statements or synced.remittances or synced.events:
            self._changes.tell(Change.PAYMENTS)
        parts = []
        if synced.sent:
            parts.append(f"{_claims(synced.sent)} sent, receipts verified")
        if synced.refused:
            parts.append(f"{_claims(synced.refused)} refused")
        if synced.statements:
            parts.append(f"{many(synced.statements, 'statement')} came")
        if synced.remittances:
            parts.append(f"{many(synced.remittances, 'notice')} of payment")
        if synced.problems and said:
            name, problem = synced.problems[0]
            self._notice.problem(_named(problem, name))
        elif parts or synced.notices:
            said_all = [", ".join(parts) + "."] if parts else []
            self._notice.say(" ".join([*said_all, *synced.notices]))
        elif said:
            self._notice.say("Nothing new. Everything you signed has arrived.")

    def _imported(self, imported: Imported, roots: tuple[Path, ...]) -> None:
        self._changes.tell(Change.WORKS | Change.PROBLEMS)
        counts = imported.counts
        parts = [
            f"{figures.count(counts[outcome])} {word}"
            for outcome, word in _OUTCOME_WORDS
            if counts[outcome]
        ]
        if imported.missing:
            parts.append(f"{figures.count(imported.missing)} now missing")
        said = (", ".join(parts).capitalize() or "No files there") + "."
        if imported.causes:
            said += f" Problems: {words.causes(imported.causes.most_common())}."
        if imported.cancelled:
            said += " Stopped; what was done is kept."
        if imported.causes:
            self._notice.say(said, "Show problems", self.show_problems)
        elif self._watching.may_offer(roots):
            self._notice.say(said, "Watch this folder", lambda: self._watching.watch(roots[0]))
        else:
            self._notice.say(said)

    def _scan_ended(self) -> None:
        self._scan = None
        waiting, self._waiting = self._waiting, []
        if waiting:
            self.add_paths(waiting)


class _Sometimes:
    """Passes a change on at most once a second, however often it is called."""

    def __init__(self, changes: Changes, what: Change) -> None:
        self._changes = changes
        self._what = what
        self._last = time.monotonic()

    def __call__(self, _progress: Any) -> None:
        if time.monotonic() - self._last > 1.0:
            self._last = time.monotonic()
            self._changes.tell(self._what)


_OUTCOME_WORDS = (
    (Outcome.ADDED, "added"),
    (Outcome.UPDATED, "updated"),
    (Outcome.MOVED, "moved"),
    (Outcome.DUPLICATE, "copies of what is here"),
    (Outcome.COPY, "published copies"),
    (Outcome.UNCHANGED, "unchanged"),
    (Outcome.SKIPPED, "skipped"),
    (Outcome.FAILED, "with problems"),
)


def _claims(count: int) -> str:
    return many(count, "claim")


def _named(problem: AppError, registry: str) -> AppError:
    named = type(problem).__new__(type(problem))
    named.__dict__.update(problem.__dict__)
    named.message = f"{registry}: {problem.message}"
    return named
