"""Photographs of 12 megapixels to measure with: a few made, many altered, none like another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

SIZE = (4000, 3000)
DIFFERENT = 4
QUALITY = 88


def make(folder: Path, count: int) -> int:
    """Write count JPEGs; returns their size in bytes together.

    Each has grain and light of its own scale, and at its end a comment that no other has.
    """
    folder.mkdir(parents=True)
    models = [_photograph(folder.parent / f"model-{number}.jpg", number) for number in range(4)]
    total = 0
    for number in range(count):
        path = folder / f"IMG_{number:04}.jpg"
        data = models[number % DIFFERENT].read_bytes()
        comment = f"photograph {number}".encode()
        head, rest = data[:2], data[2:]
        segment = b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment
        path.write_bytes(head + segment + rest)
        total += path.stat().st_size
    for model in models:
        model.unlink()
    return total


def _photograph(path: Path, seed: int) -> Path:
    random = np.random.default_rng(seed)
    width, height = SIZE
    light = random.uniform(0, 255, (height // 250, width // 250, 3)).astype("uint8")
    smooth = np.asarray(Image.fromarray(light).resize(SIZE, Image.Resampling.BICUBIC), "int16")
    grain = random.normal(0, 6 + seed, (height, width, 1)).astype("int16")
    picture = np.clip(smooth + grain, 0, 255).astype("uint8")
    Image.fromarray(picture).save(path, quality=QUALITY)
    return path
