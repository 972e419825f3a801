"""Large pictures: made RGB or grey in strips, which changes nothing, and read with little room."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from desktop.model.fingerprints import Fingerprint
from desktop.portfolio import image
from desktop.portfolio.pool import FingerprintPool
from tests.portfolio.corpus import found


def painted(mode: str, *, bordered: bool) -> Image.Image:
    """Return a picture with something in every corner, or with a border of one colour."""
    made = Image.radial_gradient("L").resize((701, 523)).rotate(30)
    colours = Image.merge("RGB", (made, ImageOps.mirror(made), ImageOps.flip(made)))
    if bordered:
        colours = ImageOps.expand(colours, (40, 0, 25, 31), (250, 250, 250))
    if mode == "P":
        colours = colours.quantize(32)
        colours.info["transparency"] = 3
        return colours
    whole = colours.convert("L" if mode == "LA" else mode)
    if mode in ("LA", "RGBA"):
        whole.putalpha(Image.linear_gradient("L").resize(whole.size))
    return whole


@pytest.mark.parametrize("bordered", [False, True])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "LA", "P", "CMYK", "1"])
def test_strips_give_what_the_whole_gives(
    monkeypatch: pytest.MonkeyPatch, mode: str, bordered: bool
) -> None:
    picture = painted(mode, bordered=bordered)
    for turn in (None, *image._TURNS.values()):
        whole = image.picture_content(picture, turn)
        with monkeypatch.context() as small:
            small.setattr(image, "_AT_ONCE_PIXELS", 0)
            small.setattr(image, "_STRIP_PIXELS", 20_000)
            assert image.picture_content(picture, turn) == whole, turn
        upright = image._on_white(picture)
        upright = upright.transpose(turn) if turn is not None else upright
        assert image.picture_content(upright).unit == whole.unit, turn


def test_a_large_picture_has_room_once(tmp_path: Path) -> None:
    """Indexed and partly transparent: its 48 million colours, made of it twice, take 430 MiB."""
    target = BytesIO()
    picture = Image.new("P", (8_000, 6_000), 1)
    picture.putpalette([0, 0, 0, 200, 30, 30, 250, 240, 230])
    picture.paste(2, (2_000, 1_000, 6_000, 5_999))
    picture.save(target, "PNG", transparency=0, compress_level=1)
    path = tmp_path / "large.png"
    path.write_bytes(target.getvalue())
    with FingerprintPool(jobs=1, memory_limit_bytes=380 * 1024**2) as pool:
        (result,) = pool.run([found(path)])
    assert isinstance(result, Fingerprint), result
    assert (result.facts.width, result.facts.height) == (8_000, 6_000)
