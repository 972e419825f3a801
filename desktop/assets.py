"""Finds the files of resources/: in a checkout, an installed package, or a frozen app."""

from __future__ import annotations

import sys
from pathlib import Path


def asset(name: str) -> Path:
    """Return the path of resources/name. Raises FileNotFoundError if the app is incomplete."""
    here = Path(__file__).resolve().parent
    frozen = getattr(sys, "_MEIPASS", None)
    roots = [Path(frozen)] if frozen else [here.parent, here]
    for root in roots:
        path = root / "resources" / name
        if path.exists():
            return path
    raise FileNotFoundError(f"resources/{name} is missing from this copy of the app")
