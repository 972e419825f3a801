"""Runs the practice registry on the loopback: in a thread for the app, or until a signal."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from desktop.errors import AppError, UsageProblem
from desktop.model.times import Clock, utc_now
from desktop.practice.app import HEADER_BYTES, make_app
from desktop.practice.clock import keep_setting, setting
from desktop.practice.ledger import Ledger
from desktop.practice.middleware import Misbehaving
from desktop.practice.misbehaviour import read_rule
from desktop.practice.registry import Registry

HOST = "127.0.0.1"
START_S = 10.0
GRACE_S = 0.4
TICK_S = 1.0
STOP_S = 5.0
BACKLOG = 128


class PracticeServer:
    """The practice registry of a folder, answering on 127.0.0.1 between start() and stop().

    port: 0 takes the port of last time, or any. misbehave: rules of misbehaviour.py.
    """

    def __init__(
        self,
        store: Path,
        port: int = 0,
        misbehave: Iterable[str] = (),
        *,
        clock: Clock = utc_now,
    ) -> None:
        self._rules = list(misbehave)
        for rule in self._rules:
            read_rule(rule)
        self._store = store
        self._clock = clock
        self._running: _Running | None = None
        self.port = port
        self.url = ""
        self.did = ""

    def start(self) -> None:
        """Start answering; url, did and port are known when this returns. Raises AppError."""
        if self._running is not None:
            raise UsageProblem("The practice registry is running already.")
        ledger = Ledger(self._store)
        try:
            registry = Registry(ledger, self._clock)
            listener = _listen(self.port, ledger)
        except AppError:
            ledger.close()
            raise
        self.port = listener.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        self.did = registry.key.did
        self._running = _Running(ledger, registry, listener, self.url, self._rules)
        self._running.start()

    def stop(self) -> None:
        """Stop answering and close the ledger. Does nothing if it does not run."""
        running, self._running = self._running, None
        if running is not None:
            running.stop()

    def misbehave(self, rules: Iterable[str]) -> None:
        """Misbehave in these ways from now on; none: behave again. Raises UsageProblem."""
        self._rules = list(rules)
        if self._running is not None:
            self._running.misbehave(self._rules)

    def __enter__(self) -> PracticeServer:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def serve(
    store: Path,
    port: int,
    misbehave: Iterable[str],
    announce: Callable[[dict[str, Any]], None],
) -> None:
    """Run until SIGINT or SIGTERM; announce({"url", "did"}) once it answers. Main thread only."""
    asked = threading.Event()
    signals = (signal.SIGINT, signal.SIGTERM)
    with PracticeServer(store, port, misbehave) as server:
        before = {one: signal.signal(one, lambda *_: asked.set()) for one in signals}
        try:
            announce({"url": server.url, "did": server.did})
            while not asked.wait(0.5):
                pass
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


class _Protocol(H11Protocol):
    """Lets the application close a connection without an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "close_connection": transport.abort}


class _Uvicorn(uvicorn.Server):
    """A uvicorn server that says when it answers, and ends at once when it is asked to."""

    def __init__(self, config: uvicorn.Config, stopping: asyncio.Event) -> None:
        super().__init__(config)
        self.answers = threading.Event()
        self._stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell."""
        await super().startup(sockets=sockets)
        self.answers.set()

    async def main_loop(self) -> None:
        """Keep the Date header right until it is time to stop."""
        while not self._stopping.is_set():
            await self.on_tick(0)
            try:
                await asyncio.wait_for(self._stopping.wait(), TICK_S)
            except TimeoutError:
                pass

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let what is being answered finish for GRACE_S, then cut it."""
        state, loop = self.server_state, asyncio.get_running_loop()
        for server in self.servers:
            server.close()
        for connection in list(state.connections):
            connection.shutdown()
        end = loop.time() + GRACE_S
        while (state.connections or state.tasks) and loop.time() < end:
            await asyncio.sleep(0.005)
        for connection in list(state.connections):
            connection.transport.abort()
        for task in list(state.tasks):
            task.cancel()


class _Running:
    """One run: the thread, its event loop, and what has to be closed after it."""

    def __init__(
        self,
        ledger: Ledger,
        registry: Registry,
        listener: socket.socket,
        url: str,
        rules: Iterable[str],
    ) -> None:
        self._ledger = ledger
        self._listener = listener
        self._stopping = asyncio.Event()
        self._app = Misbehaving(make_app(registry, url), registry, self._stopping)
        self._app.use(rules)
        self._server = _Uvicorn(_config(self._app), self._stopping)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="practice-registry", daemon=True)

    def start(self) -> None:
        """Start the thread and wait until it answers."""
        self._thread.start()
        if not self._server.answers.wait(START_S):
            self.stop()
            raise AppError("The practice registry did not start.")

    def stop(self) -> None:
        """End the thread and close the ledger."""
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(STOP_S)
        self._listener.close()
        self._ledger.close()

    def misbehave(self, rules: Iterable[str]) -> None:
        """Change the rules."""
        self._app.use(rules)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self._server.serve(sockets=[self._listener])


def _config(app: Any) -> uvicorn.Config:
    """Return a configuration that prints nothing and reads no environment."""
    logging.getLogger("uvicorn").addHandler(logging.NullHandler())
    return uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        h11_max_incomplete_event_size=HEADER_BYTES,
    )


def _listen(port: int, ledger: Ledger) -> socket.socket:
    """Bind port, or the port of last time, or any. Raises UsageProblem if port is taken."""
    with ledger.read() as connection:
        last = int(setting(connection, "port", "0"))
    listener = None
    for wanted in dict.fromkeys([port] if port else [last, 0]):
        listener = _try_to_listen(wanted)
        if listener is not None:
            break
    if listener is None:
        raise UsageProblem(f"Port {port} is taken.", advice="Choose another, or 0 for any.")
    with ledger.write() as connection:
        keep_setting(connection, "port", str(listener.getsockname()[1]))
    return listener


def _try_to_listen(port: int) -> socket.socket | None:
    # Named so that asyncio turns Nagle's algorithm off; with it an answer waits 40 ms for an ACK.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError):
        listener.close()
        return None
    return listener
