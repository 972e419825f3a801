"""Imaginary works that are so and so alike, and a library that has them."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import iscc_lib

from desktop.model.fingerprints import Fingerprint
from desktop.services import Services
from tests.practice.claimant import pixels_of
from tests.studio import imaginary, keep


def picture(
    content: str, *, like: str = "", bits: int = 0, path: str = "", **changes: Any
) -> Fingerprint:
    """Return a picture's fingerprint; like: the content whose code it has but for some bits."""
    made = imaginary(Path(path or f"/works/{content}.png"), content, title=content)
    if like:
        image = iscc_lib.gen_image_code_v0(pixels_of(like), 256)["iscc"]
        made = replace(made, units_256=(_changed(image, bits), *made.units_256[1:]))
    return replace(made, **changes)


def add(services: Services, *fingerprints: Fingerprint) -> list[int]:
    """Keep works as a scan does; return their numbers."""
    with services.store.write() as tx:
        kept = [keep(tx, one) for one in fingerprints]
    return [item.work_id for item in kept if item.work_id is not None]


def _changed(unit: str, bits: int) -> str:
    main, sub, version, _, body = iscc_lib.iscc_decode(unit)
    number = int.from_bytes(body, "big")
    for place in random.Random(bits).sample(range(256), bits):
        number ^= 1 << place
    changed = number.to_bytes(32, "big")
    return f"ISCC:{iscc_lib.encode_component(main, sub, version, 256, changed)}"
