"""Labels, a signer, and files of every format to copy, made here or taken from the samples."""

from __future__ import annotations

import base64
import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import iscc_samples
import pytest
from PIL import Image

from desktop.identity import certificates
from desktop.identity.keys import SigningKey
from desktop.model.copies import Labels, Signer
from desktop.model.terms import Preset, Terms
from desktop.terms.labelling import labels_for
from desktop.terms.presets import PRESETS

UNIT = "ISCC:" + base64.b32encode(bytes([0x21, 0x03, *range(32)])).decode().rstrip("=")
TITLE, CREATORS, RIGHTS = "Ebbe & Flut <1>", ("Ana Sousa", "Bo Lindqvist"), "© 2026 Ana Sousa"
ADDRESS = "https://ana.example/terms"
VALIDATOR = Path(__file__).parent / "validator"
SAMPLES = Path(iscc_samples.__file__).parent / "files"


def labels(terms: Terms = replace(PRESETS[Preset.NO_AI], address=ADDRESS)) -> Labels:  # noqa: B008
    """Return the labels of a work with terms."""
    return labels_for(
        terms,
        title=TITLE,
        creators=CREATORS,
        rights=RIGHTS,
        address="https://ana.example/low-tide",
        iscc="ISCC:KACT",
        units=(UNIT,),
    )


@cache
def signer() -> Signer:
    """Return the signer that an identity has."""
    key = SigningKey.generate()
    made = certificates.make_certificate(key, "Ana Sousa", datetime.now(UTC))
    return Signer(
        certificates_pem=made.chain.encode(),
        key_pem=certificates.private_key_of(made, key).encode(),
    )


def picture(size: tuple[int, int] = (320, 200), spread: int = 60) -> Image.Image:
    """Return a picture with something to see in every pixel."""
    return Image.effect_noise(size, spread).convert("RGB")


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    """Return the bytes of a picture in a format."""
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def exiftool(paths: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """Return what ExifTool reads of XMP in files, by their names; skip where it is not here."""
    if shutil.which("exiftool") is None:
        pytest.skip("ExifTool is not installed: Debian's libimage-exiftool-perl")
    done = subprocess.run(
        ["exiftool", "-j", "-struct", "-G1", "-XMP:all", "-ee", *map(str, paths)],
        capture_output=True,
        check=False,
    )
    return {Path(one["SourceFile"]).name: one for one in json.loads(done.stdout or b"[]")}


def validator() -> list[str]:
    """Return how the independent validator of manifests is called; skip where it is not here."""
    places = (os.environ.get("RESIDUALS_C2PA_TS", ""), str(VALIDATOR / "node_modules"))
    for place in places:
        if place and (Path(place) / "@trustnxt/c2pa-ts").is_dir() and shutil.which("node"):
            return ["node", str(VALIDATOR / "read.mjs"), place]
    pytest.skip(
        "c2pa-ts is not installed: npm install --omit=optional --prefix tests/copies/validator"
    )


def validated(paths: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """Return what the independent validator says of files, by their names."""
    done = subprocess.run([*validator(), *map(str, paths)], capture_output=True, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {Path(one["file"]).name: one for one in rows}
