"""What vocabularies cannot say, in few lines: what is the same of several uses is told once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from desktop.model.terms import Use
from desktop.model.use_words import SPOKEN
from desktop.model.vocabularies import Loss, Target
from desktop.terms.spoken import TITLES

_USE, _FIRST = "\0", "\1"
_SEVERAL = (
    (f" to {_USE} is not in it", " to them is not in it"),
    (f"{_FIRST} is ", f"{_FIRST} are "),
    (f": {_USE} is ", f": {_USE} are "),
    (f"{_FIRST} shares ", f"{_FIRST} share "),
    ("says no to it, because it cannot leave it open", "says no to them, because it cannot leave "
     "them open"),
)  # fmt: skip
_NOT_TOLD = re.compile(r"It does not tell (.+)\.")


def in_few_lines(losses: Iterable[Loss]) -> list[tuple[str, list[str]]]:
    """Return sentences under the names of the vocabularies that they are true of."""
    each: dict[Target, list[Loss]] = {}
    for loss in losses:
        each.setdefault(loss.target, []).append(loss)
    blocks: dict[tuple[str, ...], list[str]] = {}
    for target, lost in each.items():
        name = TITLES.get(target, "")
        blocks.setdefault(tuple(_joined(name, lost)), []).append(name)
    return [(_heading(names), list(lines)) for lines, names in blocks.items()]


def _heading(names: Sequence[str]) -> str:
    words = ", ".join(name for name in names if name)
    return words[:1].upper() + words[1:] if words.startswith("the ") else words


def _joined(name: str, losses: Sequence[Loss]) -> list[str]:
    templates: dict[str, list[Use]] = {}
    for loss in losses:
        uses = templates.setdefault(_template(name, loss), [])
        if loss.use is not None and loss.use not in uses:
            uses.append(loss.use)
    return _told_together([_filled(one, uses) for one, uses in templates.items()])


def _template(name: str, loss: Loss) -> str:
    """Return a sentence without the names of its use and its vocabulary, which stand elsewhere."""
    found = loss.sentence
    if name:
        begins, inside = re.escape(name), rf"(?<![\w.]){re.escape(name)}(?![\w.])"
        found = re.sub(rf"^{begins}(?![\w.])", "It", found, flags=re.IGNORECASE)
        found = re.sub(inside, "it", found)
    if loss.use is None:
        return found
    word = SPOKEN[loss.use]
    found = re.sub(rf"^{re.escape(word[0].upper() + word[1:])}(?= )", _FIRST, found)
    return re.sub(rf"(?<!\w){re.escape(word)}(?=[ :;,.])", _USE, found)


def _filled(template: str, uses: Sequence[Use]) -> str:
    words = [SPOKEN[use] for use in uses]
    if len(words) > 1:
        for one, many in _SEVERAL:
            template = template.replace(one, many)
    text = f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
    return template.replace(_FIRST, text[:1].upper() + text[1:]).replace(_USE, text)


def _told_together(lines: Sequence[str]) -> list[str]:
    """Return the lines, with all that is not told in one of them."""
    untold = [found[1] for line in lines if (found := _NOT_TOLD.fullmatch(line))]
    if len(untold) < 2:
        return list(lines)
    one = f"It does not tell {', '.join(untold[:-1])} or {untold[-1]}."
    first = next(at for at, line in enumerate(lines) if _NOT_TOLD.fullmatch(line))
    kept = [line for line in lines if not _NOT_TOLD.fullmatch(line)]
    return [*kept[:first], one, *kept[first:]]
