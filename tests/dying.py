"""A process whose children do one job on a library and kill themselves at a given step of it.

Run as `python -m tests.dying`: one JSON order a line on stdin, one JSON answer a line on stdout.
A step is a COMMIT (before and after), a statement of a migration, a sync or renaming of a form's
folder, or a call to a registry (before it, with its answer begun, after it). Die.order() talks to
it.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
import subprocess
import sys
import traceback
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from desktop.flows.claiming import claim
from desktop.flows.copy_folder import CopyFolder
from desktop.flows.filling import make_folder
from desktop.flows.importing_money import import_bank_file
from desktop.flows.publishing import publish
from desktop.flows.renewing import rotate
from desktop.flows.stating import import_statements
from desktop.flows.syncing import sync
from desktop.flows.terms_changing import apply_change
from desktop.model.terms import Preset
from desktop.model.terms_changes import Choice
from desktop.model.times import utc_now
from desktop.protocol import check_document
from desktop.registries.transport import Limits, Transport
from desktop.store.database import open_store
from desktop.store.engine import sqlite3
from desktop.terms.presets import PRESETS
from tests.inline import here
from tests.studio import REGISTRY, open_studio


class Steps:
    """Counts the steps of one job and kills this process at one of them. die_at 0: never.

    named: only steps of this name count.
    """

    def __init__(self, die_at: int, named: str = "") -> None:
        self._die_at = die_at
        self._named = named
        self.passed: list[str] = []

    def step(self, name: str) -> None:
        """Pass one step, or die there."""
        self.passed.append(name)
        passed = self.passed.count(self._named) if self._named else len(self.passed)
        if passed == self._die_at and self._named in ("", name):
            os.kill(os.getpid(), signal.SIGKILL)

    def watch_commits(self, *, statements: bool = False) -> None:
        """Make every connection from now on pass a step around each COMMIT, or each statement."""
        steps = self

        class Dying(sqlite3.Connection):
            def execute(self, sql: str, *args: Any) -> Any:
                watched = statements or sql == "COMMIT"
                words = " ".join(sql.split()[:3])
                if watched:
                    steps.step(f"before {words}")
                result = super().execute(sql, *args)
                if watched:
                    steps.step(f"after {words}")
                return result

        sqlite3.connect = functools.partial(sqlite3.connect, factory=Dying)  # type: ignore[assignment]

    def watch_disk(self) -> None:
        """Make every sync of a file and every renaming pass a step before and after."""
        for name in ("fsync", "rename"):
            setattr(os, name, functools.partial(self._on_disk, name, getattr(os, name)))

    def watch_copies(self) -> None:
        """Make every name that a copy, or a file beside it, gets a step before and after."""
        steps, real = self, CopyFolder.put

        def put(folder: CopyFolder, part: Path, target: Path, *, replace: bool) -> None:
            steps.step("before put")
            real(folder, part, target, replace=replace)
            steps.step("after put")

        CopyFolder.put = put  # type: ignore[assignment,method-assign]

    def _on_disk(self, name: str, real: Any, *args: Any) -> Any:
        self.step(f"before {name}")
        result = real(*args)
        self.step(f"after {name}")
        return result

    def watch_calls(self) -> None:
        """Make every call to a registry pass three steps."""
        call, read = Transport.call, Transport._read

        def watched_call(transport: Transport, method: str, url: str, **more: Any) -> Any:
            name = f"{method} {urlsplit(url).path}"
            self.step(f"before {name}")
            reply = call(transport, method, url, **more)
            self.step(f"after {name}")
            return reply

        def watched_read(transport: Transport, response: Any, deadline: float) -> Any:
            self.step(f"answered {response.request.method} {urlsplit(response.url).path}")
            return read(transport, response, deadline)

        Transport.call = watched_call  # type: ignore[method-assign,assignment]
        Transport._read = watched_read  # type: ignore[method-assign,assignment]


def run(order: dict[str, Any]) -> list[str]:
    """Do one job; returns the steps that were passed."""
    steps = Steps(order["die_at"], order.get("named", ""))
    steps.watch_commits(statements=order["job"] in ("migrate", "terms"))
    steps.watch_calls()
    library = Path(order["library"])
    if order["job"] == "migrate":
        open_store(library).close()
        return steps.passed
    limits = Limits(**order["limits"]) if "limits" in order else None
    ahead = timedelta(seconds=order.get("ahead_s", 0))
    with open_studio(library, limits=limits, now=lambda: utc_now() + ahead) as services:
        if order["job"] == "claim":
            claim(None, REGISTRY, services)
        elif order["job"] == "terms":
            apply_change(Choice.everything(), PRESETS[Preset.NO_AI], services)
        elif order["job"] == "rotate":
            rotate("", "", services)
        elif order["job"] == "statements":
            for path, payer in order["files"]:
                import_statements(Path(path), services, payer=payer)
        elif order["job"] == "form":
            steps.watch_disk()
            make_folder(REGISTRY, library.parent / "out", services)
        elif order["job"] == "publish":
            steps.watch_copies()
            publish(order["works"], library.parent / "out", here(services))
        elif order["job"] == "bank":
            for path in sorted((library.parent / "bank").iterdir()):
                import_bank_file(path, services)
        else:
            sync(services)
    return steps.passed


def main() -> None:
    """Answer orders until stdin ends."""
    for schema in ("Description", "Outcomes", "EventPage", "Statement", "Remittance"):
        with contextlib.suppress(ValueError):  # read once here, not once in every child
            check_document(schema, {})
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            try:
                passed = run(json.loads(line))
                os.write(writing, json.dumps(passed).encode())
                os._exit(0)
            except BaseException:  # noqa: BLE001 - a fork must not go on as its parent
                traceback.print_exc()
                os._exit(1)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            passed_json = pipe.read()
        _, status = os.waitpid(child, 0)
        answer = {
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
            "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1,
            "passed": json.loads(passed_json or b"[]"),
        }
        print(json.dumps(answer), flush=True)


class Die:
    """The process, started; a context manager."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.dying"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parent.parent,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate(timeout=10)

    def at(self, step: int, job: str, library: Path, **more: Any) -> None:
        """Do the job in a child that dies at that step."""
        answer = self._order(step, job, library, **more)
        assert answer["signal"] == signal.SIGKILL, answer

    def never(self, job: str, library: Path, **more: Any) -> list[str]:
        """Do the job in a child that lives; returns the steps it passed."""
        answer = self._order(0, job, library, **more)
        assert (answer["signal"], answer["code"]) == (0, 0), answer
        passed: list[str] = answer["passed"]
        return passed

    def maybe(self, step: int, job: str, library: Path, **more: Any) -> bool:
        """Do the job in a child; tell whether it came to that step, and died there.

        more: named (only steps of this name count), ahead_s (of its clock), limits (of its calls).
        """
        answer = self._order(step, job, library, **more)
        assert (answer["signal"], answer["code"]) in ((signal.SIGKILL, -1), (0, 0)), answer
        return bool(answer["signal"])

    def _order(self, step: int, job: str, library: Path, **more: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"die_at": step, "job": job, "library": str(library), **more}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


if __name__ == "__main__":
    main()
