"""The lines of a robots.txt with the crawlers they are for (RFC 9309, 2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from desktop.terms.paths import comparable, matches

# Lines that are no rule of a group, so that they do not end the list of its crawlers.
_OUTSIDE = {"sitemap", "license"}
MOST_AGENTS = 100
# What comes after 500 KiB need not be read (RFC 9309, 2.5).
MOST_CHARACTERS = 500 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: its number from 1, its name in lower case, its value, and whom it is for."""

    number: int
    name: str
    value: str
    agents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A line that speaks of a path; path "": of all of them."""

    line: Line
    path: str = ""


def lines_of(text: str) -> list[Line]:
    """Return the lines that say something; comments and lines without a colon say nothing.

    Of a longer text than MOST_CHARACTERS, and of more crawlers than MOST_AGENTS in a group, the
    first are read.
    """
    found: list[Line] = []
    naming: list[str] = []
    agents: tuple[str, ...] = ()
    whole = text[:MOST_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n")
    for number, raw in enumerate(whole.split("\n"), 1):
        name, colon, rest = raw.partition("#")[0].partition(":")
        name, value = name.strip().lower(), rest.strip()
        if not colon or not name:
            continue
        if name == "user-agent":
            naming += [value] if len(naming) < MOST_AGENTS else []
            found.append(Line(number=number, name=name, value=value, agents=(value,)))
            continue
        if naming and name not in _OUTSIDE:
            agents, naming = tuple(naming), []
        found.append(Line(number=number, name=name, value=value, agents=agents))
    return found


def for_address(rules: Iterable[Rule], path: str) -> Iterator[Rule]:
    """Yield the rules that count for a path, each for those crawlers for whom it counts.

    For each crawler it is the longest pattern that matches (RFC 9309, 2.2.2); several that are
    alike all count. A crawler that is named follows its own groups, the others those for "*".
    """
    fitting = [one for one in rules if matches(comparable(one.path), path)]
    longest: dict[str, int] = {}
    for one in fitting:
        for agent in one.line.agents:
            longest[agent.lower()] = max(longest.get(agent.lower(), 0), len(one.path))
    for one in fitting:
        heard = tuple(agent for agent in one.line.agents if longest[agent.lower()] == len(one.path))
        if heard or not one.line.agents:
            yield replace(one, line=replace(one.line, agents=heard))


def closed_to(lines: Iterable[Line], path: str) -> set[str]:
    """Return the crawlers, in lower case, that may not fetch a path; of rules of the same length
    the one that allows it counts."""
    best: dict[str, tuple[int, bool]] = {}
    for line in lines:
        if line.name not in ("allow", "disallow") or not line.value:
            continue
        if matches(comparable(line.value), path):
            for agent in line.agents:
                rank = (len(line.value), line.name == "allow")
                best[agent.lower()] = max(best.get(agent.lower(), rank), rank)
    return {agent for agent, (_, allowed) in best.items() if not allowed}
