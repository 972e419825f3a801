"""The lines of a robots.txt with the crawlers they are for (RFC 9309, 2.2)."""

from __future__ import annotations

from dataclasses import dataclass

# Lines that are no rule of a group, so that they do not end the list of its crawlers.
_OUTSIDE = {"sitemap", "license"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: its number from 1, its name in lower case, its value, and whom it is for."""

    number: int
    name: str
    value: str
    agents: tuple[str, ...] = ()


def lines_of(text: str) -> list[Line]:
    """Return the lines that say something; comments and lines without a colon say nothing."""
    found: list[Line] = []
    agents: list[str] = []
    naming = False
    for number, raw in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        name, colon, rest = raw.partition("#")[0].partition(":")
        name, value = name.strip().lower(), rest.strip()
        if not colon or not name:
            continue
        if name == "user-agent":
            agents = [*agents, value] if naming else [value]
            naming = True
        elif name not in _OUTSIDE:
            naming = False
        found.append(Line(number=number, name=name, value=value, agents=tuple(agents)))
    return found
