"""Take values out of a table of TOML, each once; what is wrong or left over is named."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar, overload

from desktop.errors import FormProblem

Choice = TypeVar("Choice", bound=StrEnum)
_NEEDED = object()


class Keys:
    """One table. file and place: where it stands, for what is said of it."""

    def __init__(self, table: Mapping[str, Any], file: str, place: str = "") -> None:
        self._table = dict(table)
        self._file = file
        self._place = place
        self._asked: list[str] = []

    def wrong(self, key: str, right: str) -> FormProblem:
        """Return the problem of a key. right: what would be right, without a full stop."""
        where = f"{self._place}.{key}" if self._place else key
        if key in self._table:
            said = repr(self._table[key])
            said = said if len(said) <= 60 else said[:57] + "…"
            return FormProblem(f"{self._file}: {where} = {said} is not right: {right}.")
        return FormProblem(f"{self._file}: {where} is missing: {right}.")

    def take(self, key: str, default: Any = _NEEDED) -> Any:
        """Return a value as it stands. Raises FormProblem if it is needed and missing."""
        self._asked.append(key)
        if key not in self._table and default is _NEEDED:
            raise self.wrong(key, "write it")
        return self._table.get(key, default)

    def text(
        self, key: str, longest: int, *, default: str | None = None, strip: bool = True
    ) -> str:
        """Return text of at most longest characters; needed where there is no default."""
        if default is None and key not in self._table:
            self._asked.append(key)
            raise self.wrong(key, f'write it as text, {key} = "…"')
        found = self.take(key, default)
        if not isinstance(found, str):
            raise self.wrong(key, f'write it as text, {key} = "…"')
        found = found.strip() if strip else found
        if len(found) > longest:
            raise self.wrong(key, f"it has {len(found)} characters, at most {longest} fit")
        if default is None and not found:
            raise self.wrong(key, "write at least a word")
        return found

    def texts(self, key: str, longest: int) -> list[str]:
        """Return a list of texts, which may be missing."""
        found = self.take(key, [])
        right = f'write a list of texts, {key} = ["…", "…"]'
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise self.wrong(key, right)
        if any(not one.strip() or len(one) > longest for one in found):
            raise self.wrong(key, f"each has at least a word and at most {longest} characters")
        return [one.strip() for one in found]

    def words(self, key: str) -> dict[str, str]:
        """Return a table of texts, which may be missing."""
        found = self.take(key, {})
        if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
            raise self.wrong(key, f'write {key} = {{ yes = "Y", no = "N" }}')
        return dict(found)

    def number(self, key: str, least: int, most: int, *, default: int | None = None) -> int:
        """Return a whole number; a missing one is the default."""
        if default is not None and key not in self._table:
            self._asked.append(key)
            return default
        found = self.take(key)
        if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
            raise self.wrong(key, f"write a whole number from {least} to {most}")
        return found

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        found = self.take(key, default)
        if not isinstance(found, bool):
            raise self.wrong(key, "write true or false")
        return found

    @overload
    def choice(self, key: str, known: type[Choice], default: Choice) -> Choice: ...
    @overload
    def choice(self, key: str, known: type[Choice], default: None) -> Choice | None: ...
    def choice(self, key: str, known: type[Choice], default: Choice | None) -> Choice | None:
        """Return one of the known words."""
        found = self.take(key, None)
        if found is None:
            return default
        return self._known(key, found, known)

    def choices(self, key: str, known: type[Choice]) -> list[Choice]:
        """Return some of the known words, at least one."""
        found = self.take(key)
        if not isinstance(found, list) or not found:
            raise self.wrong(key, f"write a list of these: {', '.join(known)}")
        return list(dict.fromkeys(self._known(key, one, known) for one in found))

    def table(self, key: str) -> Keys:
        """Return a table inside this one; a missing one is empty."""
        found = self.take(key, {})
        if not isinstance(found, dict):
            raise self.wrong(key, f"write a table, [{key}]")
        return Keys(found, self._file, key)

    def tables(self, key: str) -> list[Keys]:
        """Return the tables of a list."""
        found = self.take(key)
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise self.wrong(key, f"write tables, [[{key}]]")
        return [
            Keys(one, self._file, f"{key}[{number}]") for number, one in enumerate(found, start=1)
        ]

    def nothing_else(self) -> None:
        """Raise FormProblem for a key that nobody asked for."""
        for key in self._table:
            if key not in self._asked:
                near = difflib.get_close_matches(key, self._asked, n=1)
                hint = f"did you mean {near[0]}" if near else "take it out"
                known = ", ".join(sorted(self._asked))
                where = f"{self._place}.{key}" if self._place else key
                raise FormProblem(
                    f"{self._file}: {where} is not known: {hint}.", advice=f"There are: {known}."
                )

    def _known(self, key: str, found: object, known: type[Choice]) -> Choice:
        if isinstance(found, str) and found in set(known):
            return known(found)
        near = difflib.get_close_matches(str(found), [one.value for one in known], n=1)
        hint = f"did you mean {near[0]!r}? There are" if near else "there are"
        raise self.wrong(key, f"{hint}: {', '.join(known)}")
