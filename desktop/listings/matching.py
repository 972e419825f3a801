"""Find the works of a library on a list: by number, hash, file name in an address, or by name.

Names are compared exactly once they are made plain, then as token sets (RapidFuzz) among the works
that share a rare word.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit

from rapidfuzz import fuzz

from desktop.model.listings import Certainty, LibraryWork, ListedWork, ListMatch

TITLE_SCORE = 92
AUTHOR_SCORE = 85
SURE_SCORE = 100
_CANDIDATES = 200
_SHORTEST_TITLE = 4
_WORDS = re.compile(r"[^\W_]+")
_ARTICLES = frozenset(
    [
        "the",
        "a",
        "an",
        "der",
        "die",
        "das",
        "ein",
        "eine",
        "le",
        "la",
        "les",
        "un",
        "une",
        "el",
        "los",
        "las",
        "il",
        "lo",
    ]
)
_ENDING = re.compile(r"\.[a-z0-9]{1,5}$", re.I)


class Library:
    """Works, arranged so that one row of a list is compared with few of them."""

    def __init__(self, works: Iterable[LibraryWork]) -> None:
        self._works = {work.work_id: work for work in works}
        self._by_number: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        self._by_hash: defaultdict[str, list[int]] = defaultdict(list)
        self._by_file: defaultdict[str, list[int]] = defaultdict(list)
        self._by_title: defaultdict[str, list[int]] = defaultdict(list)
        self._by_word: defaultdict[str, list[int]] = defaultdict(list)
        self._titles: dict[int, str] = {}
        self._creators = {
            work_id: tuple(plain(name) for name in work.creators)
            for work_id, work in self._works.items()
        }
        for work in self._works.values():
            self._add(work)

    def __len__(self) -> int:
        return len(self._works)

    def matches(self, row: ListedWork) -> list[ListMatch]:
        """Return the works a row may be, the surest first; only the surest kind."""
        for find in (self._by_numbers, self._by_hashes, self._by_addresses, self._by_names):
            found = list(find(row))
            if found:
                return sorted(found, key=lambda match: (-match.score, match.work_id))
        return []

    def _add(self, work: LibraryWork) -> None:
        for number in work.numbers:
            self._by_number[number].append(work.work_id)
        for code in work.hashes:
            self._by_hash[code].append(work.work_id)
        for name in work.file_names:
            self._by_file[name.casefold()].append(work.work_id)
        title = plain(work.title)
        self._titles[work.work_id] = title
        self._by_title[title].append(work.work_id)
        for word in set(title.split()):
            self._by_word[word].append(work.work_id)

    def _by_numbers(self, row: ListedWork) -> Iterator[ListMatch]:
        for scheme, value in row.numbers:
            for work_id in self._by_number.get((scheme, value), ()):
                yield _match(row, work_id, Certainty.SURE, 100, f"{scheme.upper()} {value}")

    def _by_hashes(self, row: ListedWork) -> Iterator[ListMatch]:
        for code in row.hashes:
            what = "the same fingerprint" if code.startswith("ISCC:") else "the same file"
            for work_id in self._by_hash.get(code, ()):
                yield _match(row, work_id, Certainty.SURE, 100, f"{what}: {code}")

    def _by_addresses(self, row: ListedWork) -> Iterator[ListMatch]:
        for address in row.addresses:
            name = unquote(urlsplit(address).path.rpartition("/")[2])
            if len(name) < _SHORTEST_TITLE:
                continue
            for work_id in self._by_file.get(name.casefold(), ()):
                reason = f"the file name {name} in the address"
                yield _match(row, work_id, Certainty.POSSIBLE, 70, reason)

    def _by_names(self, row: ListedWork) -> Iterator[ListMatch]:
        title = plain(row.title)
        if len(title) < _SHORTEST_TITLE:
            return
        authors = tuple(plain(author) for author in row.authors)
        exact = set(self._by_title.get(title, ()))
        for work_id in exact | self._candidates(title):
            score = 100.0 if work_id in exact else fuzz.token_sort_ratio(
                title, self._titles[work_id], score_cutoff=TITLE_SCORE
            )  # fmt: skip
            if score:
                yield from self._judge(row, work_id, score, authors)

    def _judge(
        self, row: ListedWork, work_id: int, score: float, authors: tuple[str, ...]
    ) -> Iterator[ListMatch]:
        mine = self._creators[work_id]
        who = max((fuzz.token_set_ratio(a, b) for a in authors for b in mine), default=0.0)
        how = "the same title" if score == SURE_SCORE else f"a title alike ({score:.0f} %)"
        if who >= AUTHOR_SCORE:
            same = "the same author" if who == SURE_SCORE else f"an author alike ({who:.0f} %)"
            whole = round((score + who) / 2)
            yield _match(row, work_id, Certainty.LIKELY, whole, f"{how} and {same}")
        elif not (authors and mine) and score == SURE_SCORE:
            yield _match(row, work_id, Certainty.POSSIBLE, 60, f"{how}; no author to compare")

    def _candidates(self, title: str) -> set[int]:
        """Return works that share the title's rarest words, at most some hundred."""
        found: Counter[int] = Counter()
        words = [word for word in set(title.split()) if word in self._by_word]
        for word in sorted(words, key=lambda word: len(self._by_word[word]))[:3]:
            sharing = self._by_word[word]
            if len(sharing) <= _CANDIDATES:
                found.update(sharing)
        return set(found)


def plain(text: str) -> str:
    """Return a name as it is compared: small letters without accents, signs and articles."""
    bare = unicodedata.normalize("NFKD", _ENDING.sub("", text)).casefold()
    bare = "".join(char for char in bare if not unicodedata.combining(char))
    words = [word for word in _WORDS.findall(bare) if word not in _ARTICLES]
    return " ".join(words)


def _match(
    row: ListedWork, work_id: int, certainty: Certainty, score: int, reason: str
) -> ListMatch:
    by = f" – {', '.join(row.authors)}" if row.authors else ""
    return ListMatch(
        line=row.line,
        work_id=work_id,
        certainty=certainty,
        score=score,
        reason=reason,
        listed=f"{row.title}{by}"[:300],
    )
