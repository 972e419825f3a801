"""A thread in which batches leave, one after the other, while what came back before is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from desktop.registries.connector import Outcome
from desktop.registries.guard import Kept

Submit = Callable[[], Sequence[Outcome]]


class Wire:
    """Has at most one batch on its way. A context manager; close runs in its thread at the end."""

    def __init__(self, close: Callable[[], None]) -> None:
        self._close = close
        self._calls: SimpleQueue[Submit | None] = SimpleQueue()
        self._answers: SimpleQueue[Sequence[Outcome] | BaseException] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="wire", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._calls.put(None)
        self._thread.join()

    def send(self, submit: Submit) -> None:
        """Let a batch leave; its answer is to be asked for before the next."""
        self._calls.put(submit)

    def answer(self) -> Sequence[Outcome]:
        """Wait for the answer and return it, or raise what submitting raised."""
        answer = self._answers.get()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def _run(self) -> None:
        while (submit := self._calls.get()) is not None:
            outcomes: Sequence[Outcome] = ()
            kept = Kept()
            with kept:
                outcomes = submit()
            self._answers.put(outcomes if kept.error is None else kept.error)
        self._close()
