"""Putting our lines into a robots.txt that is there: every other byte stays as it is.

Our lines stand between two marks, at the end of the file; a second time they are replaced where
they stand, so that the same terms give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

from desktop.errors import TermsProblem
from desktop.model.suggestions import AiStatement
from desktop.model.terms import Answer, Terms
from desktop.model.vocabularies import Merged
from desktop.terms import robots
from desktop.terms.contradictions import contradictions
from desktop.terms.robots_lines import MOST_CHARACTERS, Line, lines_of

BEGIN = b"# What AI may do with these works: written by Residuals (begin)"
END = b"# What AI may do with these works: written by Residuals (end)"
MOST_BYTES = 2_000_000
_MOST_TOLD = 20


def merge(before: bytes, text: str, terms: Terms) -> Merged:
    """Return a robots.txt with text in it; text "" takes our lines out.

    terms: what holds everywhere, to tell where the file's own lines contradict it. Raises
    TermsProblem if the file is no text, or its marks are not a pair.
    """
    if len(before) > MOST_BYTES or b"\x00" in before:
        raise TermsProblem("This is not a robots.txt.", advice="Choose the file of your site.")
    newline = b"\r\n" if before.count(b"\r\n") * 2 > before.count(b"\n") else b"\n"
    head, block, tail = _split(before)
    ours = _block(text, newline)
    if not block and ours and head:
        ends = head.endswith((b"\n", b"\r")) or head == b"\xef\xbb\xbf"
        head += (b"" if ends else newline) + (b"" if head == b"\xef\xbb\xbf" else newline)
    own = (head + b"\n" + tail).decode("utf-8", "replace").removeprefix("\ufeff")
    told = list(_conflicts(own, tail.decode("utf-8", "replace"), text, terms))
    if ours and len(head + ours) > MOST_CHARACTERS:
        told.append(
            "Your file is longer than 500 KiB: crawlers need not read as far as the lines of "
            "Residuals. Move them up, or make the file shorter."
        )
    return Merged(data=head + ours + tail, conflicts=tuple(told))


def _split(before: bytes) -> tuple[bytes, bytes, bytes]:
    """Return what stands before our lines, our lines, and what stands after them."""
    begins, ends = before.count(BEGIN), before.count(END)
    if begins == ends == 0:
        return before, b"", b""
    start, stop = before.find(BEGIN), before.find(END)
    if (begins, ends) != (1, 1) or stop < start:
        raise TermsProblem(
            "The lines that mark what Residuals wrote are damaged in this robots.txt.",
            advice="Delete everything between them, and the marks; then merge again.",
        )
    stop += len(END)
    for newline in (b"\r\n", b"\n", b"\r"):
        if before.startswith(newline, stop):
            stop += len(newline)
            break
    return before[:start], before[start:stop], before[stop:]


def _block(text: str, newline: bytes) -> bytes:
    if not text:
        return b""
    lines = [BEGIN, *text.encode("utf-8").splitlines(), END]
    return b"".join(line + newline for line in lines)


def _conflicts(own: str, after: str, text: str, terms: Terms) -> Iterator[str]:
    lines = lines_of(own)
    told = 0
    for line in lines:
        for sentence in _contradicting(line, terms):
            told += 1
            if told <= _MOST_TOLD:
                yield sentence
    if text:
        yield from _unheard(lines)
        following = lines_of(after)
        if following and following[0].name not in ("user-agent", "sitemap", "license"):
            yield (
                f"“{following[0].name}” comes right after the lines of Residuals and would count "
                "for every crawler: put a User-agent line before it."
            )


def _contradicting(line: Line, terms: Terms) -> Iterator[str]:
    said: tuple[AiStatement, ...] = ()
    if line.name in (robots.USAGE, robots.SIGNAL):
        said = robots.read(f"User-agent: *\n{line.name}: {line.value}\n")
    for one in contradictions(said, terms):
        verb = "allows" if one.file_says is Answer.ALLOW else "forbids"
        yield (
            f"A line of your own {verb} {one.use.value} ({line.name}: {line.value}), and your "
            "terms do not say so: take it out."
        )


def _unheard(lines: list[Line]) -> Iterator[str]:
    """Tell of crawlers with groups of their own: they read those, not the one for all."""
    names: dict[str, None] = {}
    for line in lines:
        if "*" not in line.agents and line.name not in ("sitemap", "license"):
            names.update(dict.fromkeys(agent for agent in line.agents if agent))
    if names:
        few = ", ".join([*names][:5]) + (" and others" if len(names) > 5 else "")
        yield (
            f"Your file has rules of its own for {few}, who read only those. To tell them as well, "
            "put the Content-Usage and Content-Signal lines there too."
        )
