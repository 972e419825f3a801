"""robots.txt: Content-Usage and Content-Signal in a group for every crawler, and RSL's License.

RFC 9309, 2.2.1 (groups for the same crawler count as one); attach, section 3 (Content-Usage: the
longest path that matches counts; without a path it is for all); RSL 1.0, "License" (outside of
groups, an absolute address).
No Allow is written: what may be fetched stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import replace

from desktop.errors import TermsProblem
from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.model.terms import Terms
from desktop.model.vocabularies import Place
from desktop.terms import aipref, content_signals
from desktop.terms.paths import path_of
from desktop.terms.robots_lines import Line, Rule, closed_to, for_address, lines_of
from desktop.terms.wording import MOST_STATEMENTS, check_size, statement

SPEAKS_OF = tuple(dict.fromkeys((*aipref.SPEAKS_OF, *content_signals.SPEAKS_OF)))
USAGE, SIGNAL = aipref.FIELD.lower(), content_signals.FIELD.lower()
_MOST_NAMED = 20
_PATH = re.compile(r"(/\S*)\s+(.*)", re.DOTALL)


def write(terms: Terms, place: Place) -> str:
    """Return the lines for robots.txt; "" says nothing.

    Content Signals have no paths: for a part of a site only AIPREF's line is written.
    """
    usage, signal = aipref.value(terms), content_signals.value(terms)
    whole = place.location == "/"
    path = "" if whole else f"{place.location} "
    lines = [f"{aipref.FIELD}: {path}{usage}"] if usage else []
    lines += [f"{content_signals.FIELD}: {signal}"] if signal and whole else []
    text = "".join(f"{line}\n" for line in ["User-agent: *", *lines]) if lines else ""
    license_line = f"License: {place.rsl}\n" if place.rsl else ""
    return license_line + ("\n" if license_line and text else "") + text


def read(text: str, address: str = "") -> tuple[AiStatement, ...]:
    """Read what a robots.txt says about AI use; what it says about fetching is left alone.

    address: only what counts for it; a path that may not be fetched has no preferences (attach,
    section 3).
    """
    lines = lines_of(check_size(text))
    path = path_of(address)
    if path:
        closed = closed_to(lines, path)
        usages = [_usage(line) for line in lines if line.name == USAGE]
        kept = [
            replace(one.line, agents=_open(one.line, closed)) for one in for_address(usages, path)
        ]
        lines = [one for one in lines if one.name in ("license", SIGNAL)]
        lines += [one for one in kept if one.agents]
    said: list[AiStatement] = []
    for line in lines:
        if len(said) >= MOST_STATEMENTS:
            break
        said += _statements(line)
    return tuple(said)


def _open(line: Line, closed: Container[str]) -> tuple[str, ...]:
    return tuple(agent for agent in line.agents if agent.lower() not in closed)


def _usage(line: Line) -> Rule:
    with_path = _PATH.fullmatch(line.value)
    return Rule(line=line, path=with_path.group(1) if with_path else "")


def _statements(line: Line) -> list[AiStatement]:
    if line.name == "license":
        return [statement(Vocabulary.RSL, "License", line.value)]
    if line.name == SIGNAL:
        return [_for(line, "", one) for one in content_signals.read(line.value)]
    if line.name != USAGE:
        return []
    path = _usage(line).path
    try:
        return [_for(line, path, one) for one in aipref.read(line.value[len(path) :])]
    except TermsProblem:  # such a line counts as none (attach, section 3.2)
        return [statement(Vocabulary.AIPREF, aipref.FIELD, line.value)]


def _for(line: Line, path: str, one: AiStatement) -> AiStatement:
    """Return a statement that names its path and its crawlers, where it is not for all."""
    few = ", ".join(line.agents[:_MOST_NAMED]) or "for nobody"
    who = "" if "*" in line.agents else f"({few})"
    name = " ".join(part for part in (path, one.property, who) if part)
    # Rules outside of every group are for nobody (RFC 9309, 2.2.1).
    meaning = dict(one.meaning) if line.agents else {}
    return statement(one.vocabulary, name, one.value, meaning)
