"""Starts the window on a library, and closes everything behind it."""

from __future__ import annotations

import logging
import signal
import sys
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from desktop import __version__
from desktop.assets import asset
from desktop.errors import AppError
from desktop.identity.keystore import AskPassword
from desktop.services import open_services
from desktop.ui.signing import TypedPassword
from desktop.ui.theme import Theme
from desktop.ui.window import MainWindow, show_problem_at_start

SWITCH_INTERVAL_S = 0.0005
_log = logging.getLogger(__name__)


def application() -> QApplication:
    """Return the one QApplication, making it on first use."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    # Painting asks for Python's lock hundreds of times a frame; while a job computes, each time may
    # cost a whole switch interval. Half a millisecond keeps the window smooth.
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    made = QApplication(sys.argv[:1])
    made.setApplicationName("Residuals")
    made.setApplicationVersion(__version__)
    made.setWindowIcon(QIcon(str(asset("icons/residuals.png"))))
    QGuiApplication.setDesktopFileName("residuals")
    return made


def run_window(
    library: Path, *, ask_password: AskPassword | None = None, practice: bool = False
) -> int:
    """Open the window on a library and return the exit code when it is closed.

    ask_password: given where the password is known, as in the demo. practice: start the practice
    registry at once.
    """
    app = application()
    theme = Theme(app)
    typed = None if ask_password is not None else TypedPassword()
    try:
        services = open_services(library, ask_password=ask_password or typed)
    except AppError as error:
        show_problem_at_start(error)
        return 3
    sys.excepthook = _log_bug
    with services:
        window = MainWindow(services, theme, typed)
        window.show()
        if practice:
            window.practice.start()
        interrupted = _listen_to_signals(app)
        code = app.exec()
        del interrupted
        window.close()
        return code


def _listen_to_signals(app: QApplication) -> QTimer:
    """Let Ctrl-C close the window: Python sees a signal only when it runs now and then."""
    signal.signal(signal.SIGINT, lambda *_: app.quit())
    timer = QTimer()
    timer.timeout.connect(lambda: None)
    timer.start(500)
    return timer


def _log_bug(kind: type[BaseException], bug: BaseException, trace: TracebackType | None) -> None:
    _log.error("a bug in the window", exc_info=(kind, bug, trace))
