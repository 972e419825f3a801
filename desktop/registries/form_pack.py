"""Forms that the user hands in: a registry without a network, so that claims are signed and queued.

What the form asks for is the subject of desktop/forms; the folder is made by flows/filling.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from desktop.errors import RegistryProblem, UsageProblem
from desktop.model.registries import Description
from desktop.registries.connector import Envelope, Link, NothingToTell, Option, Outcome, Parcel

ADDRESS = "form:"
DEADLINE = "deadline"


class FormPack(NothingToTell):
    """Says nothing and is sent nothing; the user is the messenger."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def describe(self) -> Description:
        """Return that it can do nothing by itself; the form's own description is kept apart."""
        return Description(
            name=self._link.url.removeprefix(ADDRESS),
            api=self._link.url,
            did="",
            methods={},
            batch=1,
            body_bytes=0,
            document=b"",
        )

    def envelope(self, parcel: Parcel) -> Envelope | None:
        """Return nothing: the claim itself goes into the folder."""
        return None

    def submit(self, parcels: Sequence[Parcel], description: Description) -> list[Outcome]:
        """Raise RegistryProblem: only the user hands a form in."""
        raise RegistryProblem(
            "A form is not sent by the app. Your claims wait as they are.",
            advice="Make the folder and hand it in: `form make`.",
        )


def check_address(url: str) -> None:
    """Raise RegistryProblem unless url is that of a form, which only the app itself makes."""
    if not url.startswith(ADDRESS):
        raise RegistryProblem(f"A form has no address of the web such as {url}.")


def read_deadline(text: str) -> str:
    """Return a day as YYYY-MM-DD. Raises UsageProblem."""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise UsageProblem(
            f"{text!r} is no day.", advice="Write the deadline as 2026-12-31."
        ) from error


OPTIONS = (Option(name=DEADLINE, label="Deadline", hint="2026-12-31", read=read_deadline),)
