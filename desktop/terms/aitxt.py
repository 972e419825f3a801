"""ai.txt (Spawning, 2023): whether files of a site may go into data sets for training.

The form of robots.txt, for all files or kinds of files. It tells about training only, yes or no;
a file that is not matched is not spoken of.
"""

from __future__ import annotations

from desktop.model.suggestions import AiStatement, Vocabulary
from desktop.model.terms import Answer, Terms
from desktop.terms.paths import path_of
from desktop.terms.robots_lines import Line, Rule, for_address, lines_of
from desktop.terms.wording import MOST_STATEMENTS, TRAINING, check_size, statement, yes_or_no

SPEAKS_OF = TRAINING
_RULES = {Answer.DENY: "Disallow", Answer.ALLOW: "Allow"}
_ANSWERS = {"disallow": Answer.DENY, "allow": Answer.ALLOW}


def write(terms: Terms, location: str = "/") -> str:
    """Return ai.txt; "" says nothing."""
    rule = _RULES.get(yes_or_no(terms, TRAINING))
    if rule is None:
        return ""
    everything = f"{rule}: *\n" if location == "/" else ""
    return f"User-Agent: *\n{rule}: {location}\n{everything}"


def read(text: str, address: str = "") -> tuple[AiStatement, ...]:
    """Read ai.txt; a rule for some files or some readers keeps its words beside its meaning.

    address: only the rules that count for it.
    """
    lines = [one for one in lines_of(check_size(text)) if one.name in _ANSWERS and one.value]
    rules = [Rule(line=one, path=one.value) for one in lines]
    if path := path_of(address):
        rules = list(for_address(rules, path))
    return tuple(_statement(one.line) for one in rules[:MOST_STATEMENTS])


def _statement(line: Line) -> AiStatement:
    who = "" if "*" in line.agents else f" ({', '.join(line.agents[:20])})"
    meaning = dict.fromkeys(TRAINING, _ANSWERS[line.name])
    return statement(Vocabulary.AITXT, f"{line.name}{who}", line.value, meaning)
