"""A chart with its title, legend and menus: which one, which currency, copy, save as a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, QSaveFile, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QFrame, QMenu, QPushButton, QWidget

from desktop.errors import UsageProblem
from desktop.ui.chart import Chart, ChartData, Series, draw, ink
from desktop.ui.notice import Notice
from desktop.ui.parts import button, column, label, row
from desktop.ui.theme import Theme, font, metrics

PICTURE = QSize(1200, 480)
_HEAD = 64.0


class ChartCard(QFrame):
    """One chart of several. chosen(title) is asked for another, currency_chosen for a currency."""

    def __init__(
        self,
        theme: Theme,
        notice: Notice,
        *,
        charts: Sequence[str],
        chosen: Callable[[str], None],
        currency_chosen: Callable[[str], None],
    ) -> None:
        super().__init__()
        self.setObjectName("card")
        self._theme, self._notice = theme, notice
        self.chart = Chart(theme)
        self.which = _drop_down("Which chart", "strong")
        self.currency = _drop_down("Currency of the chart")
        self._currency_chosen = currency_chosen
        menu = QMenu(self.which)
        for name in charts:
            menu.addAction(name).triggered.connect(partial(_call, chosen, name))
        self.which.setMenu(menu)
        self.more = _drop_down("The chart as a picture")
        self.more.setText("Picture")
        more = QMenu(self.more)
        for name, do in (
            ("Copy", self.copy),
            ("Save as PNG…", partial(self._ask, "png")),
            ("Save as SVG…", partial(self._ask, "svg")),
        ):
            more.addAction(name).triggered.connect(partial(_call0, do))
        self.more.setMenu(more)
        self.legend = _Legend(theme)
        self._as_stated = label("as stated, before deductions", "small")
        left = (self.which, self.currency, self._as_stated)
        head = row(*left, None, self.legend, self.more, spacing=10, margins=(14, 8, 12, 0))
        layout = column(spacing=2, margins=(0, 0, 0, 6))
        layout.addLayout(head)
        layout.addWidget(self.chart)
        self.setLayout(layout)

    def put(self, data: ChartData, currencies: Sequence[str]) -> None:
        """Show a chart, and the currencies it could be shown in: never two on one axis."""
        self.chart.put(data)
        self.which.setText(data.title)
        self._as_stated.setVisible(not data.beside and self.width() > 620)
        self.currency.setText(data.currency)
        self.currency.setVisible(len(currencies) > 1)
        menu = QMenu(self.currency)
        for name in currencies:
            menu.addAction(name).triggered.connect(partial(_call, self._currency_chosen, name))
        self.currency.setMenu(menu)
        self.legend.put(data)

    def copy(self) -> None:
        """Put the chart on the clipboard as a picture."""
        QGuiApplication.clipboard().setImage(self.image())
        self._notice.say("The chart is on the clipboard.")

    def save(self, path: Path) -> None:
        """Write the chart as PNG or SVG, whole or not at all. Raises UsageProblem."""
        data = self.svg() if path.suffix.casefold() == ".svg" else self._png()
        file = QSaveFile(str(path))
        opened = file.open(QIODevice.OpenModeFlag.WriteOnly)
        if not opened or file.write(data) != data.size() or not file.commit():
            raise UsageProblem(f"{path.name} cannot be written: {file.errorString()}")

    def image(self) -> QImage:
        """Return the chart as a picture, twice as fine as a screen."""
        image = QImage(PICTURE * 2, QImage.Format.Format_ARGB32)
        image.setDevicePixelRatio(2)
        painter = QPainter(image)
        self._picture(painter)
        painter.end()
        return image

    def svg(self) -> QByteArray:
        """Return the chart as SVG."""
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        made = QSvgGenerator()
        made.setOutputDevice(buffer)
        made.setSize(PICTURE)
        made.setViewBox(QRectF(0, 0, PICTURE.width(), PICTURE.height()))
        made.setTitle(self.chart.accessibleName())
        made.setDescription(self.chart.accessibleDescription())
        painter = QPainter(made)
        self._picture(painter)
        painter.end()
        buffer.close()
        return data

    def _png(self) -> QByteArray:
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self.image().save(buffer, "PNG")  # type: ignore[call-overload]
        buffer.close()
        return data

    def _picture(self, painter: QPainter) -> None:
        shown, theme = self.chart.shown, self._theme
        area = QRectF(0, 0, PICTURE.width(), PICTURE.height())
        painter.fillRect(area, theme.color("surface"))
        painter.setPen(theme.color("text"))
        painter.setFont(font("large", 600))
        painter.drawText(QPointF(18, 32), f"{shown.title}, {shown.currency}")
        draw_legend(painter, area.right() - 18, 32, shown, theme)
        draw(painter, area.adjusted(0, _HEAD, 0, -4), shown, theme, sums=True)

    def _ask(self, kind: str) -> None:
        name = f"{self.chart.shown.title}.{kind}"
        chosen, _ = QFileDialog.getSaveFileName(
            self.window(), "Save the chart", name, f"{kind.upper()} (*.{kind})"
        )
        if not chosen:
            return
        path = Path(chosen)
        try:
            self.save(path if path.suffix else path.with_suffix(f".{kind}"))
        except UsageProblem as problem:
            self._notice.problem(problem)
        else:
            self._notice.say(f"The chart is saved as {path.name}.")


class _Legend(QWidget):
    """The names of the series, each behind its colour."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._shown = theme, ChartData(title="", currency="")
        theme.changed.connect(self.update)

    def put(self, data: ChartData) -> None:
        """Show the series of a chart."""
        self._shown = data
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the names."""
        wide = sum(metrics("small").horizontalAdvance(one.name) + 30 for one in _used(self._shown))
        return QSize(wide, 24)

    def minimumSizeHint(self) -> QSize:
        """It may be cut where there is no room."""
        return QSize(0, 24)

    def paintEvent(self, event: object) -> None:
        """Draw from the right."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_legend(painter, self.width() - 4, 17, self._shown, self._theme)


def draw_legend(
    painter: QPainter, right: float, base: float, data: ChartData, theme: Theme
) -> None:
    """Draw the names of the series that a chart uses, ending at right."""
    painter.setFont(font("small"))
    for series in reversed(_used(data)):
        wide = metrics("small").horizontalAdvance(series.name)
        painter.setPen(theme.color("muted"))
        painter.drawText(QPointF(right - wide, base), series.name)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink(theme, series))
        painter.drawEllipse(QPointF(right - wide - 10, base - 4), 3.5, 3.5)
        right -= wide + 30


def _used(data: ChartData) -> list[Series]:
    return [
        series
        for number, series in enumerate(data.series)
        if any(bar.parts[number] for bar in data.bars)
    ]


def _drop_down(name: str, look: str = "") -> QPushButton:
    made = button("", look="quiet")
    made.setProperty("drop", True)
    made.setAccessibleName(name)
    if look:
        made.setProperty("head", True)
    return made


def _call(do: Callable[[str], None], name: str, _checked: bool = False) -> None:
    do(name)


def _call0(do: Callable[[], None], _checked: bool = False) -> None:
    do()
