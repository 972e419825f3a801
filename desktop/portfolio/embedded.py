"""What image.py and text.py take from tags, under its older name."""

from __future__ import annotations

from desktop.portfolio.tags.pictures import read_image_tags
from desktop.portfolio.tags.values import first_values

__all__ = ["first_values", "read_image_tags"]
