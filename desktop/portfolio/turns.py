"""One scan at a time in a library; what the user asks for goes before what the app does itself."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from desktop.errors import Cancelled as StoppedByUser
from desktop.model.progress import Cancelled

_POLL_S = 0.05


class ScanTurns:
    """Whose turn it is to scan. Raises errors.Cancelled where a wait for it is cancelled."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counting = threading.Lock()
        self._asking = 0

    @contextlib.contextmanager
    def users(self, cancelled: Cancelled) -> Iterator[None]:
        """Scan because the user asked; a scan that the app began gives way."""
        with self._counting:
            self._asking += 1
        try:
            self._wait(cancelled)
        finally:
            with self._counting:
                self._asking -= 1
        try:
            yield
        finally:
            self._lock.release()

    @contextlib.contextmanager
    def own(self, cancelled: Cancelled) -> Iterator[Cancelled]:
        """Scan because the app thinks it should; the given function says when to give way."""
        self._wait(cancelled)
        try:
            yield lambda: cancelled() or self._asking > 0
        finally:
            self._lock.release()

    def _wait(self, cancelled: Cancelled) -> None:
        while not self._lock.acquire(timeout=_POLL_S):
            if cancelled():
                raise StoppedByUser
