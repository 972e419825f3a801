"""The page in the folder that says what to do with it: steps, where to, until when, what lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from desktop.forms.filling import plain_cell
from desktop.model.forms import Form, Formulas

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em;
       color: #1F1D1A; background: #FAF8F5; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 1.6em; } li { margin: .35em 0; }
dt { color: #6B655C; } dd { margin: 0 0 .6em 0; font-weight: 600; white-space: pre-line; }
ol { list-style: none; padding: 0; } ol li::before { content: "☐ "; }
"""
_GUARDS = {
    Formulas.APOSTROPHE: "an apostrophe (') stands before it there",
    Formulas.SPACE: "a space stands before it there",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """What the page tells. claimant: as the claims name them. files: (name, what it is).

    left_out: why works are not in it, in sentences. guarded: cells of CSV files with a mark.
    renamed: (name of a file, what the sheet calls it), where they differ.
    """

    form: Form
    registry: str
    submission_id: int
    claimant: str
    made: date
    deadline: date | None
    works: int
    part: int
    parts: int
    files: Sequence[tuple[str, str]]
    left_out: Sequence[str]
    guarded: int
    copies_left: bool
    renamed: Sequence[tuple[str, str]] = ()

    @property
    def title(self) -> str:
        """What the page is headed with."""
        part = f", part {self.part} of {self.parts}" if self.parts > 1 else ""
        return f"{self.form.title}: {self.registry}{part}"

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Name and value, to be read first."""
        works = f"{self.works:,} work{'' if self.works == 1 else 's'} of {self.claimant}"
        day = f"{self.deadline:%d %B %Y}" if self.deadline else "not known; look it up"
        asked = self.deadline is not None or self.form.asks_deadline
        return [
            ("What it is for", self.form.purpose),
            ("In this folder", works),
            ("Made", f"{self.made:%d %B %Y}, submission {self.submission_id} in Residuals"),
            *([("Deadline", day)] if asked else []),
            *([("Where it goes", self.form.address)] if self.form.address else []),
        ]

    @property
    def steps(self) -> list[str]:
        """What to do, in order; the last two are the same for every form."""
        own = list(self.form.steps) or ["Look through the sheet.", "Hand the folder in."]
        return [
            *own,
            "Write down the number that you are given, and keep what they confirm.",
            "Record it in Residuals: Registries, “Record as sent…” (or in a terminal: "
            f"form sent {self.submission_id} --number NUMBER).",
        ]

    @property
    def notes(self) -> list[str]:
        """What the reader should know of the files."""
        found = []
        if self.guarded:
            guard = _GUARDS[self.form.sheet.csv_formulas]
            found.append(
                f"{self.guarded} cell{'' if self.guarded == 1 else 's'} of the CSV begin with a "
                f"sign that a spreadsheet takes for a formula: {guard}, so that it stays text."
            )
        if self.renamed:
            old, new = (plain_cell(name) for name in self.renamed[0])
            found.append(
                f"{len(self.renamed)} file name{'' if len(self.renamed) == 1 else 's'} would "
                "stand there twice or trouble other systems. The sheet has another: "
                f"{old} is called {new} there. Rename the file you hand in, or make the folder "
                "with copies, which are called so already."
            )
        if self.form.enclosed.copies:
            found.append(
                "Copies of the works are not enclosed, for you did not ask for them. The form "
                "wants them: add them, or make the folder anew with copies."
                if self.copies_left
                else "Copies of the works are enclosed because you said so."
            )
        else:
            found.append("The works themselves are not enclosed, only their names and codes.")
        found.append("Nothing was sent. This folder leaves your computer only when you send it.")
        return found


def as_text(page: Checklist) -> bytes:
    """Return the page as plain text in UTF-8 with Windows line ends, which every editor shows."""
    lines = [page.title, "=" * len(page.title), ""]
    lines += [f"{name}: {_indented(value)}" for name, value in page.facts]
    lines += ["", "What to do", "----------"]
    lines += [f"[ ] {step}" for step in page.steps]
    lines += ["", "What is in it", "-------------"]
    lines += [f"{name}: {what}" for name, what in page.files]
    if page.left_out:
        lines += ["", f"Left out ({len(page.left_out)})", "--------"]
        lines += [f"- {plain_cell(reason)}" for reason in page.left_out]
    lines += ["", *page.notes, ""]
    return "\r\n".join(lines).encode("utf-8", "replace")


def as_html(page: Checklist) -> bytes:
    """Return the page in plain HTML, without scripts and without anything from elsewhere."""
    parts = [
        "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>",
        f"<title>{escape(page.title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(page.title)}</h1><dl>",
        *[f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in page.facts],
        "</dl><h2>What to do</h2>",
        _list("ol", page.steps),
        "<h2>What is in it</h2>",
        _list("ul", [f"{name}: {what}" for name, what in page.files]),
    ]
    if page.left_out:
        parts += [
            f"<h2>Left out ({len(page.left_out)})</h2>",
            _list("ul", [plain_cell(reason) for reason in page.left_out]),
        ]
    parts += ["<h2>Good to know</h2>", _list("ul", page.notes), "</body></html>"]
    return "".join(parts).encode("utf-8", "replace")


def _list(kind: str, items: Sequence[str]) -> str:
    return f"<{kind}>" + "".join(f"<li>{escape(item)}</li>" for item in items) + f"</{kind}>"


def _indented(value: str) -> str:
    return value.replace("\n", "\r\n    ")
