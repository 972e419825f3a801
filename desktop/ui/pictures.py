"""Pictures of works: thumbnails decoded off the main thread, and covers drawn where none is."""

from __future__ import annotations

import random
import time
from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtCore import (
    QObject,
    QPointF,
    QRectF,
    QRunnable,
    QSize,
    Qt,
    QThreadPool,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QPixmapCache,
)

from desktop.model.fingerprints import Kind
from desktop.store.thumbnails import Thumbnails

CACHE_BYTES = 64 * 1024 * 1024
PAINTED_KIB = 65_536
LONGEST = 320
BREATH_S = 0.012
FRAME_S = 0.006


class Pictures(QObject):
    """Gives pixmaps by datahash. arrived(datahash): one that was asked for is here now."""

    arrived = Signal(str)
    _decoded = Signal(str, object)

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._cache: OrderedDict[str, QPixmap | None] = OrderedDict()
        self._bytes = 0
        self._asked: set[str] = set()
        self._asked_so_far = 0
        self._decoded.connect(self._keep)
        QPixmapCache.setCacheLimit(PAINTED_KIB)
        self._spent_s = 0.0
        self._rested = self._timer(0, self._rest)
        self._blank: set[str] = set()
        self._next_frame = self._timer(16, self._fill_blanks)

    def get(self, datahash: str) -> QPixmap | None:
        """Return the picture if it is here; else ask for it, and None for now."""
        if datahash in self._cache:
            self._cache.move_to_end(datahash)
            return self._cache[datahash]
        if datahash not in self._asked:
            self._asked.add(datahash)
            # What was asked for last is what is seen now, so it comes first.
            self._asked_so_far += 1
            self._pool.start(_Decode(datahash, self._thumbnails, self), self._asked_so_far)
        return None

    def paint(
        self, painter: QPainter, area: QRectF, datahash: str, kind: Kind, radius: float = 8
    ) -> None:
        """Paint a work's picture in a view of many: a frame spends only so long on new ones.

        What does not fit into a frame stays blank in it and comes with the next.
        """
        picture = self.get(datahash)
        key = _key(painter, area, picture, kind, datahash, radius)
        ready = QPixmap()
        if not QPixmapCache.find(key, ready):
            if self._spent_s > FRAME_S:
                self._blank.add(datahash)
                self._next_frame.start()
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(128, 128, 128, 40))
                painter.drawRoundedRect(area, radius, radius)
                return
            started = time.perf_counter()
            ready = _render(painter, area, picture, kind, datahash, radius)
            QPixmapCache.insert(key, ready)
            self._spent_s += time.perf_counter() - started
            self._rested.start()
        painter.drawPixmap(area.topLeft(), ready)

    def forget(self) -> None:
        """Forget what was not found, because there may be pictures now."""
        for datahash in [key for key, picture in self._cache.items() if picture is None]:
            del self._cache[datahash]

    def close(self) -> None:
        """Stop decoding."""
        self._pool.clear()
        self._pool.waitForDone(2000)

    def give(self, datahash: str, image: QImage) -> None:
        """Hand over a decoded image, from any thread; a null image: there is none."""
        self._decoded.emit(datahash, image)

    def _timer(self, interval_ms: int, do: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(do)
        return timer

    def _fill_blanks(self) -> None:
        blank, self._blank = self._blank, set()
        for datahash in blank:
            self.arrived.emit(datahash)

    def _rest(self) -> None:
        self._spent_s = 0.0

    def _keep(self, datahash: str, image: QImage) -> None:
        self._asked.discard(datahash)
        picture = None if image.isNull() else QPixmap.fromImage(image)
        self._cache[datahash] = picture
        self._bytes += _bytes_of(picture)
        while self._bytes > CACHE_BYTES and len(self._cache) > 1:
            _, oldest = self._cache.popitem(last=False)
            self._bytes -= _bytes_of(oldest)
        if picture is not None:
            self.arrived.emit(datahash)


class _Decode(QRunnable):
    def __init__(self, datahash: str, thumbnails: Thumbnails, pictures: Pictures) -> None:
        super().__init__()
        self._datahash = datahash
        self._thumbnails = thumbnails
        self._pictures = pictures

    def run(self) -> None:
        data = self._thumbnails.get(self._datahash)
        image = QImage()
        if data is not None:
            image.loadFromData(data)
        if max(image.width(), image.height()) > LONGEST:
            image = image.scaled(
                LONGEST,
                LONGEST,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        self._pictures.give(self._datahash, image)
        # Decoding holds Python's lock for milliseconds, and a frame takes that lock often:
        # without a breath between two pictures, frames took 100 ms instead of 20.
        time.sleep(BREATH_S)


def paint_picture(
    painter: QPainter,
    area: QRectF,
    picture: QPixmap | None,
    kind: Kind,
    seed: str,
    radius: float = 8,
) -> None:
    """Paint a work's picture into area, cut to fill it, or a cover drawn from its fingerprint.

    What was painted once in a size is kept, so that scrolling costs one copy a work.
    """
    key = _key(painter, area, picture, kind, seed, radius)
    ready = QPixmap()
    if not QPixmapCache.find(key, ready):
        ready = _render(painter, area, picture, kind, seed, radius)
        QPixmapCache.insert(key, ready)
    painter.drawPixmap(area.topLeft(), ready)


def _key(
    painter: QPainter, area: QRectF, picture: QPixmap | None, kind: Kind, seed: str, radius: float
) -> str:
    ratio = painter.device().devicePixelRatioF()
    source = picture.cacheKey() if picture is not None else 0
    return f"{kind}/{seed}/{source}/{area.width()}x{area.height()}@{ratio}/{radius}"


def _render(
    painter: QPainter, area: QRectF, picture: QPixmap | None, kind: Kind, seed: str, radius: float
) -> QPixmap:
    ratio = painter.device().devicePixelRatioF()
    size = QSize(max(round(area.width() * ratio), 1), max(round(area.height() * ratio), 1))
    ready = QPixmap(size)
    ready.fill(Qt.GlobalColor.transparent)
    inner = QPainter(ready)
    inner.scale(ratio, ratio)
    whole = QRectF(0, 0, area.width(), area.height())
    _paint_rounded(inner, whole, picture, kind, seed, radius)
    inner.end()
    ready.setDevicePixelRatio(ratio)
    return ready


def _paint_rounded(
    painter: QPainter,
    area: QRectF,
    picture: QPixmap | None,
    kind: Kind,
    seed: str,
    radius: float,
) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    path = QPainterPath()
    path.addRoundedRect(area, radius, radius)
    painter.setClipPath(path)
    if picture is not None and kind is not Kind.TEXT:
        painter.drawPixmap(area, picture, _cut(picture, area))
    elif picture is not None:
        _paint_page(painter, area, picture)
    else:
        _COVERS[kind](painter, area, random.Random(seed))  # noqa: S311 - a drawing, not a secret


def _cut(picture: QPixmap, area: QRectF) -> QRectF:
    width, height = picture.width(), picture.height()
    scale = max(area.width() / width, area.height() / height)
    shown_width, shown_height = area.width() / scale, area.height() / scale
    return QRectF((width - shown_width) / 2, (height - shown_height) / 2, shown_width, shown_height)


def _paint_page(painter: QPainter, area: QRectF, picture: QPixmap) -> None:
    painter.fillRect(area, QColor("#D9D3C7"))
    scale = min(area.width() * 0.8 / picture.width(), area.height() * 0.92 / picture.height())
    width, height = picture.width() * scale, picture.height() * scale
    place = QRectF(area.center().x() - width / 2, area.bottom() - height, width, height)
    painter.drawPixmap(place, picture, QRectF(picture.rect()))


def _paint_sound(painter: QPainter, area: QRectF, chance: random.Random) -> None:
    hue = chance.randrange(360)
    painter.fillRect(area, QColor.fromHsl(hue, 70, 52))
    pen = QPen(QColor.fromHsl(hue, 90, 160), 3)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    middle, step = area.center().y(), 6.0
    x, level = area.left() + 5, 0.3
    while x < area.right() - 2:
        level = min(1.0, max(0.12, level + chance.uniform(-0.3, 0.3)))
        half = level * area.height() * 0.3
        painter.drawLine(QPointF(x, middle - half), QPointF(x, middle + half))
        x += step


def _paint_text(painter: QPainter, area: QRectF, chance: random.Random) -> None:
    painter.fillRect(area, QColor("#D9D3C7"))
    page = QRectF(0, 0, area.width() * 0.52, area.height())
    page.moveCenter(QPointF(area.center().x(), area.center().y() + area.height() * 0.09))
    painter.fillRect(page, QColor("#FFFDF8"))
    painter.setPen(QPen(QColor("#BDB5A8"), max(2.0, area.height() / 60)))
    y = page.top() + area.height() * 0.12
    while y < page.bottom():
        end = page.left() + page.width() * chance.uniform(0.6, 0.88)
        painter.drawLine(QPointF(page.left() + page.width() * 0.12, y), QPointF(end, y))
        y += area.height() * 0.09


def _paint_film(painter: QPainter, area: QRectF, chance: random.Random) -> None:
    hue = chance.randrange(360)
    painter.fillRect(area, QColor.fromHsl(hue, 60, 60))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor.fromHsl(hue, 80, 190))
    size = area.height() * 0.26
    center = area.center()
    painter.drawPolygon(
        [
            QPointF(center.x() - size * 0.4, center.y() - size * 0.5),
            QPointF(center.x() - size * 0.4, center.y() + size * 0.5),
            QPointF(center.x() + size * 0.5, center.y()),
        ]
    )


def _paint_image(painter: QPainter, area: QRectF, chance: random.Random) -> None:
    hue = chance.randrange(360)
    painter.fillRect(area, QColor.fromHsl(hue, 45, 150))
    painter.setPen(Qt.PenStyle.NoPen)
    for _ in range(3):
        painter.setBrush(QColor.fromHsl((hue + chance.randrange(40, 200)) % 360, 60, 130))
        size = area.height() * chance.uniform(0.3, 0.7)
        x = area.left() + area.width() * chance.random()
        y = area.top() + area.height() * chance.random()
        painter.drawEllipse(QPointF(x, y), size / 2, size / 2)


def _paint_data(painter: QPainter, area: QRectF, chance: random.Random) -> None:
    painter.fillRect(area, QColor("#CFC9BE"))
    painter.setPen(Qt.PenStyle.NoPen)
    cell = area.height() / 8
    for line in range(2, 6):
        for place in range(8):
            painter.setBrush(QColor("#8F887B" if chance.random() < 0.5 else "#E8E3DA"))
            left = area.center().x() + (place - 4) * cell
            painter.drawRect(QRectF(left, area.top() + line * cell, cell * 0.8, cell * 0.8))


_COVERS = {
    Kind.IMAGE: _paint_image,
    Kind.SOUND: _paint_sound,
    Kind.VIDEO: _paint_film,
    Kind.TEXT: _paint_text,
    Kind.DATA: _paint_data,
}


def _bytes_of(picture: QPixmap | None) -> int:
    return picture.width() * picture.height() * 4 if picture is not None else 0
