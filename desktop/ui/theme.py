"""Colours, type and spacing in one place (LOOK.md); style sheet and delegates read them here."""

from __future__ import annotations

import functools
from dataclasses import asdict, dataclass
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from desktop.assets import asset

FAMILY = "Inter"
SIZES = {"small": 12, "body": 13, "large": 15, "heading": 20, "figure": 28}


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme's colours. Each accent colour has its ground, on which it is readable."""

    background: str
    surface: str
    sidebar: str
    line: str
    text: str
    muted: str
    accent: str
    accent_ground: str
    on_accent: str
    confirmed: str
    confirmed_ground: str
    needs: str
    needs_ground: str
    wrong: str
    wrong_ground: str


LIGHT = Tokens(
    background="#FAF8F5",
    surface="#FFFFFF",
    sidebar="#F2EFEA",
    line="#E4DFD7",
    text="#1F1D1A",
    muted="#6B655C",
    accent="#2F4BC4",
    accent_ground="#E6EAFB",
    on_accent="#FFFFFF",
    confirmed="#197847",
    confirmed_ground="#E2F3E9",
    needs="#9A4B06",
    needs_ground="#FCEBD3",
    wrong="#B42318",
    wrong_ground="#FBE4E1",
)

DARK = Tokens(
    background="#171614",
    surface="#201F1C",
    sidebar="#1B1A18",
    line="#35322D",
    text="#F2EFE9",
    muted="#A8A196",
    accent="#9BADFF",
    accent_ground="#2A3054",
    on_accent="#12131A",
    confirmed="#6BD39C",
    confirmed_ground="#1D3529",
    needs="#F2B35E",
    needs_ground="#3B2C16",
    wrong="#FF958A",
    wrong_ground="#43211D",
)


class Theme(QObject):
    """The theme in force. changed: colours are others now, repaint."""

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self.tokens = LIGHT
        self._colors: dict[str, QColor] = {}
        load_fonts()
        application.setStyle("Fusion")
        application.setFont(font("body"))
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(lambda _scheme: self.apply())
        self.apply()

    def apply(self, *, dark: bool | None = None) -> None:
        """Take the system's light or dark, or the one asked for."""
        if dark is None:
            scheme = QGuiApplication.styleHints().colorScheme()
            dark = scheme == Qt.ColorScheme.Dark
        self.tokens = DARK if dark else LIGHT
        self._colors.clear()
        self._application.setPalette(palette(self.tokens))
        self._application.setStyleSheet(style_sheet(self.tokens))
        self.changed.emit()

    def color(self, name: str) -> QColor:
        """Return a token as a colour; not to be changed."""
        if name not in self._colors:
            self._colors[name] = QColor(getattr(self.tokens, name))
        return self._colors[name]


@functools.cache
def font(size: str = "body", weight: int = 400, *, figures: bool = False) -> QFont:
    """Return Inter in one of the sizes; figures: all digits equally wide. Not to be changed."""
    result = QFont(FAMILY)
    result.setPixelSize(SIZES[size])
    result.setWeight(QFont.Weight(weight))
    if figures:
        result.setFeature(QFont.Tag("tnum"), 1)
    return result


@functools.cache
def metrics(size: str = "body", weight: int = 400, *, figures: bool = False) -> QFontMetrics:
    """Return the measures of font(…)."""
    return QFontMetrics(font(size, weight, figures=figures))


def mono_font() -> QFont:
    """Return the system's fixed-width font, for codes."""
    result = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    result.setPixelSize(SIZES["small"])
    return result


def load_fonts() -> None:
    """Make the shipped fonts known."""
    for weight in ("Regular", "Medium", "SemiBold"):
        QFontDatabase.addApplicationFont(str(asset(f"fonts/Inter-{weight}.ttf")))


def palette(tokens: Tokens) -> QPalette:
    """Return palette roles, so that plain widgets and painters follow the theme too."""
    result = QPalette()
    roles = {
        QPalette.ColorRole.Window: tokens.background,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Base: tokens.surface,
        QPalette.ColorRole.AlternateBase: tokens.background,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.PlaceholderText: tokens.muted,
        QPalette.ColorRole.Button: tokens.surface,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.ToolTipBase: tokens.surface,
        QPalette.ColorRole.ToolTipText: tokens.text,
        QPalette.ColorRole.Highlight: tokens.accent,
        QPalette.ColorRole.HighlightedText: tokens.on_accent,
        QPalette.ColorRole.Link: tokens.accent,
        QPalette.ColorRole.Mid: tokens.line,
    }
    for role, color in roles.items():
        result.setColor(role, QColor(color))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.muted))
    return result


ICONS = ("arrow", "arrow_on_accent", "check")


def style_sheet(tokens: Tokens) -> str:
    """Return resources/styles/window.qss with the tokens filled in."""
    text = asset("styles/window.qss").read_text(encoding="utf-8")
    sizes = {f"size_{name}": f"{size}px" for name, size in SIZES.items()}
    shade = "dark" if tokens is DARK else "light"
    icons = {name: asset(f"icons/{name}-{shade}.png").as_posix() for name in ICONS}
    return Template(text).substitute(asdict(tokens), **sizes, **icons)
