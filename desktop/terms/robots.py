"""robots.txt: Content-Usage and Content-Signal in a group for every crawler, and RSL's License.

RFC 9309, 2.2.1 (groups for the same crawler count as one); attach-05, section 3 (Content-Usage: the
longest path that matches counts); RSL 1.0, "License" (outside of groups, an absolute address).
No Allow is written: what may be fetched stays as it was.
"""

from __future__ import annotations

import re

from desktop.errors import TermsProblem
from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.model.terms import Terms
from desktop.model.vocabularies import Place
from desktop.terms import aipref, content_signals
from desktop.terms.robots_lines import Line, lines_of
from desktop.terms.wording import MOST_STATEMENTS, check_size, statement

SPEAKS_OF = tuple(dict.fromkeys((*aipref.SPEAKS_OF, *content_signals.SPEAKS_OF)))
USAGE, SIGNAL = aipref.FIELD.lower(), content_signals.FIELD.lower()
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


def read(text: str) -> tuple[AiStatement, ...]:
    """Read what a robots.txt says about AI use; what it says about fetching is left alone."""
    said: list[AiStatement] = []
    for line in lines_of(check_size(text)):
        if len(said) >= MOST_STATEMENTS:
            break
        said += _statements(line)
    return tuple(said)


def _statements(line: Line) -> list[AiStatement]:
    if line.name == "license":
        return [statement(Vocabulary.RSL, "License", line.value)]
    if line.name == SIGNAL:
        return [_for(line, "", one) for one in content_signals.read(line.value)]
    if line.name != USAGE:
        return []
    with_path = _PATH.fullmatch(line.value)
    path, value = with_path.groups() if with_path else ("", line.value)
    try:
        return [_for(line, path, one) for one in aipref.read(value)]
    except TermsProblem:  # such a line counts as none (attach-05, section 3)
        return [statement(Vocabulary.AIPREF, aipref.FIELD, line.value)]


def _for(line: Line, path: str, one: AiStatement) -> AiStatement:
    """Return a statement that names its path and its crawlers, where it is not for all."""
    who = "" if "*" in line.agents else f"({', '.join(line.agents) or 'for nobody'})"
    name = " ".join(part for part in (path, one.property, who) if part)
    # Rules outside of every group are for nobody (RFC 9309, 2.2.1).
    meaning = dict(one.meaning) if line.agents else {}
    return statement(one.vocabulary, name, one.value, meaning)
