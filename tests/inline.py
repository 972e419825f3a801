"""Workers that work in this process, for tests of what is around them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, Self

from desktop.errors import Cancelled as StoppedByUser
from desktop.errors import FileProblem
from desktop.model.progress import Cancelled, never
from desktop.services import Services


class Inline:
    """Does one task after the other, as the pool's workers do."""

    def __init__(self, task: Callable[[Any], Any]) -> None:
        self._task = task

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        return

    def run(self, found: Iterable[Any], cancelled: Cancelled = never) -> Iterator[Any]:
        """Yield what came of each."""
        for one in found:
            if cancelled():
                raise StoppedByUser
            yield self._done(one)

    def _done(self, one: Any) -> Any:
        try:
            return self._task(one)
        except FileProblem as error:
            return error


class InlineServices(Services):
    """Services whose workers work in this process."""

    def new_workers(self, task: Any, outbox: Path, largest_file_bytes: int) -> Any:
        """Return what does a task here."""
        return Inline(task)


def here(services: Services) -> Services:
    """Return services of the same library whose workers work in this process."""
    return InlineServices(**{one.name: getattr(services, one.name) for one in fields(services)})
