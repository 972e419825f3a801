"""What files say of themselves: the readers of each kind, from one place (see tags)."""

from __future__ import annotations

from desktop.portfolio.tags.documents import document_metadata
from desktop.portfolio.tags.films import video_metadata
from desktop.portfolio.tags.pictures import read_image_tags
from desktop.portfolio.tags.sounds import SoundTags, read_sound_tags
from desktop.portfolio.tags.suggest import suggestions_of
from desktop.portfolio.tags.values import first_values

__all__ = [
    "SoundTags",
    "document_metadata",
    "first_values",
    "read_image_tags",
    "read_sound_tags",
    "suggestions_of",
    "video_metadata",
]
