"""Near-duplicates by Hamming distance between 256-bit units. Knows no files and no store.

Every comparison is exact: a scan of 1,000,000 codes takes milliseconds, so no index is needed that
could miss one. Meta-Codes are never compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop.model.fingerprints import Kind
from desktop.model.progress import Cancelled, never
from desktop.model.similar import CODE_BITS, Relation

Words = NDArray[np.uint64]
WORDS = CODE_BITS // 64
# Codes looked at in one step: what a step needs stays in the processor's second cache.
BLOCK = 8192
# A licence header has 600 to 1,100 characters: a text of SHORT_TEXT can be nearly all header.
SHORT_TEXT = 1500
# So many short texts alike are not drafts of one work; they share a text that is none.
CROWD = 8
# A time-lapse has more neighbours than anyone will look at.
MOST = 1000
SAMPLE = 2048
_FEWEST_ONES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """At how many differing bits of 256 two works of one kind are what to each other.

    first: how many of the first 64 bits (the unit in the ISCC-CODE) may differ at most.
    """

    same: int
    version: int
    similar: int
    first: int


# Measured, bits of 256 (of the first 64): a change's median and worst; unrelated works' least.
RULES = {
    # JPEG, WebP, resized: 2 and 10 (2); watermark 22, 40 (10); cropped 5 %: 42, 58 (10); pictures
    # of a burst 46, 54. Unrelated: photo-like 100 (16), scanned pages 72 (8).
    Kind.IMAGE: Rule(same=0, version=32, similar=64, first=16),
    # MP3, OGG, Opus: 2 and 9 (2); remastered 17, 45 (7); start trimmed by 1 s 15, 29 (7).
    # Unrelated, played on the same instruments: 43 (9).
    Kind.SOUND: Rule(same=2, version=24, similar=40, first=8),
    # Encoded anew, smaller, fewer frames: 7, 25 (9); logo 21, 46 (9); start trimmed by 1 s 13, 21
    # (8). Unrelated: 69 (16).
    Kind.VIDEO: Rule(same=0, version=32, similar=56, first=16),
    # 10 % of the paragraphs new 22, 43 (11); 20 %: 44, 66 (17). Unrelated prose: 100 (19).
    Kind.TEXT: Rule(same=0, version=32, similar=64, first=20),
    # By Data-Code, which says nothing of the same content. Unrelated: 88 (14).
    Kind.DATA: Rule(same=-1, version=32, similar=64, first=20),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """Codes side by side. words: (WORDS, n), each row contiguous; the rest: (n,).

    owners: the works they belong to. letters: characters of texts, 0 for other kinds.
    comparable: whether it may match at all: of the kind asked for, and not featureless.
    """

    words: Words
    owners: NDArray[np.int64]
    letters: NDArray[np.uint32]
    comparable: NDArray[np.bool_]

    def __len__(self) -> int:
        return int(self.words.shape[1])


@dataclass(frozen=True, slots=True)
class Hit:
    """A work near the code that was asked for, by the nearest of its codes."""

    owner: int
    bits: int
    relation: Relation


@dataclass(slots=True)
class Gathered:
    """A group: where its first code stands, and where the others do with their bits to it."""

    first: int
    others: list[tuple[int, int]] = field(default_factory=list)
    relation: Relation = Relation.SAME_CONTENT


@dataclass(frozen=True, slots=True)
class _Near:
    """Codes near one: their places, the bits that differ, and those of the first word; (m,)."""

    at: NDArray[np.int64]
    bits: NDArray[np.int64]
    first: NDArray[np.int64]


class _Scratch:
    """Buffers of one scan, made once."""

    def __init__(self) -> None:
        self._differing = np.empty(BLOCK, np.uint64)
        self._ones = np.empty(BLOCK, np.uint8)
        self._bits = np.empty(BLOCK, np.uint16)
        self._near = np.empty(BLOCK, np.bool_)

    def mark(self, words: Words, code: Words, first: int, limit: int) -> NDArray[np.bool_]:
        """Return which codes (n,) may be near; valid until the next call.

        By the first word alone where that tells most of them apart: a quarter of the time.
        """
        count = words.shape[1]
        if len(self._near) < count:
            self._near = np.empty(2 * count, np.bool_)
        for start in range(0, count, BLOCK):
            block = words[:, start : start + BLOCK]
            near = self._near[start : start + block.shape[1]]
            if first < 64:
                np.less_equal(self._count(block[0], code[0]), first, out=near)
            else:
                np.less_equal(self._count_all(block, code), limit, out=near)
        return self._near[:count]

    def _count(self, words: Words, word: np.uint64) -> NDArray[np.uint8]:
        differing, ones = self._differing[: len(words)], self._ones[: len(words)]
        np.bitwise_xor(words, word, out=differing)
        return np.bitwise_count(differing, out=ones)

    def _count_all(self, block: Words, code: Words) -> NDArray[np.uint16]:
        bits = self._bits[: block.shape[1]]
        bits[:] = self._count(block[0], code[0])
        for number in range(1, WORDS):
            np.add(bits, self._count(block[number], code[number]), out=bits)
        return bits


def is_degenerate(words: Words) -> bool:
    """Tell whether a code (WORDS,) is so empty or so full that it says nothing."""
    ones = int(np.bitwise_count(words).sum())
    return not _FEWEST_ONES <= ones <= CODE_BITS - _FEWEST_ONES


def relation_of(kind: Kind, bits: int, first_bits: int, *, thin: bool = False) -> Relation | None:
    """Return what two works of one kind are to each other, or None. thin: one is a short text."""
    rule = RULES[kind]
    if first_bits > rule.first:
        return None
    if bits <= rule.same:
        return Relation.SAME_CONTENT
    if bits <= rule.version:
        return Relation.VERSION
    return Relation.SIMILAR if bits <= rule.similar and not thin else None


def nearest(
    blocks: Iterable[Codes],
    code: Words,
    kind: Kind,
    *,
    letters: int = 0,
    max_bits: int | None = None,
) -> list[Hit]:
    """Return the works nearest to code (WORDS,), each once, nearest first, MOST at most.

    max_bits in place of the kind's own limits: what lies beyond those is called similar. A short
    text with a crowd around it matches no other short text.
    """
    if is_degenerate(code):
        return []
    found = _collect(blocks, code, RULES[kind], max_bits)
    if kind is Kind.TEXT:
        found = _without_boilerplate(found, letters)
    hits: list[Hit] = []
    seen: set[int] = set()
    for number in np.lexsort((found.owners, found.first, found.bits)).tolist():
        owner, bits = int(found.owners[number]), int(found.bits[number])
        if owner in seen:
            continue
        thin = _is_thin(kind, letters, int(found.letters[number]))
        relation = relation_of(kind, bits, int(found.first[number]), thin=thin)
        if relation is None and max_bits is not None:
            relation = Relation.SIMILAR
        if relation is not None:
            seen.add(owner)
            hits.append(Hit(owner, bits, relation))
        if len(hits) == MOST:
            break
    return hits


def gather(codes: Codes, kind: Kind, cancelled: Cancelled = never) -> list[Gathered]:
    """Return the groups among codes of one kind; nobody is in two.

    A code joins the nearest group whose first code it is like, else it may begin one. So all of
    a group are like its first, weak links never chain groups together, the memory needed grows
    with the number of codes and not of pairs, and a later work never rearranges older groups.
    When cancelled, returns what was found so far.
    """
    skipped = ~codes.comparable
    if kind is not Kind.TEXT:
        return _gather(codes, kind, skipped, cancelled)
    (short,) = (codes.comparable & (codes.letters < SHORT_TEXT)).nonzero()
    # Large crowds show in a sample; small ones are looked for only where there are groups.
    skipped |= _crowded(codes, short, short[:: max(1, len(short) // SAMPLE)], cancelled)
    groups = _gather(codes, kind, skipped, cancelled)
    members = [at for group in groups for at in (group.first, *(at for at, _ in group.others))]
    crowded = _crowded(codes, np.intersect1d(members, short), short, cancelled)
    return _gather(codes, kind, skipped | crowded, cancelled) if crowded.any() else groups


def _gather(
    codes: Codes, kind: Kind, skipped: NDArray[np.bool_], cancelled: Cancelled
) -> list[Gathered]:
    leaders = _Leaders(codes, kind)
    groups: dict[int, Gathered] = {}
    for at in range(len(codes)):
        if at % BLOCK == 0 and cancelled():
            break
        if skipped[at] or is_degenerate(codes.words[:, at]):
            continue
        joined = leaders.nearest(at)
        if joined is None:
            leaders.add(at)
            continue
        first, bits, relation = joined
        group = groups.setdefault(first, Gathered(first))
        group.others.append((at, bits))
        group.relation = max(group.relation, relation, key=lambda one: one.rank)
    return [groups[first] for first in sorted(groups)]


class _Leaders:
    """The first codes of groups that are, or may come to be."""

    def __init__(self, codes: Codes, kind: Kind) -> None:
        self._codes, self._kind, self._rule = codes, kind, RULES[kind]
        self._words = np.empty_like(codes.words)
        self._places = np.empty(len(codes), np.int64)
        self._count = 0
        self._scratch = _Scratch()

    def add(self, at: int) -> None:
        """Let the code at a place lead."""
        self._words[:, self._count], self._places[self._count] = self._codes.words[:, at], at
        self._count += 1

    def nearest(self, at: int) -> tuple[int, int, Relation] | None:
        """Return (place, bits, relation) of the nearest leader the code at a place is like."""
        rule, count = self._rule, self._count
        short = self._is_short(at)
        limit = rule.version if short else rule.similar
        code = self._codes.words[:, at]
        near = _near(self._words[:, :count], code, rule.first, limit, self._scratch)
        if not len(near.at):
            return None
        places = self._places[near.at]
        bits = np.where(self._is_short(places) & (near.bits > rule.version), CODE_BITS, near.bits)
        best = int(bits.argmin())
        thin = short or bool(self._is_short(places[best]))
        relation = relation_of(self._kind, int(bits[best]), int(near.first[best]), thin=thin)
        return None if relation is None else (int(places[best]), int(bits[best]), relation)

    def _is_short(self, at: Any) -> Any:
        """Tell of a place, or of each of many, whether a short text stands there."""
        return (self._codes.letters[at] < SHORT_TEXT) & (self._kind is Kind.TEXT)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a query found in all blocks; (m,) each."""

    owners: NDArray[np.int64]
    letters: NDArray[np.uint32]
    bits: NDArray[np.int64]
    first: NDArray[np.int64]

    def where(self, chosen: NDArray[np.bool_]) -> _Found:
        return _Found(
            self.owners[chosen], self.letters[chosen], self.bits[chosen], self.first[chosen]
        )


def _collect(blocks: Iterable[Codes], code: Words, rule: Rule, max_bits: int | None) -> _Found:
    first, limit = (rule.first, rule.similar) if max_bits is None else (64, max_bits)
    scratch = _Scratch()
    parts: list[_Found] = []
    for block in blocks:
        near = _near(block.words, code, first, limit, scratch)
        if len(near.at):
            part = _Found(block.owners[near.at], block.letters[near.at], near.bits, near.first)
            parts.append(part.where(block.comparable[near.at]))
    if not parts:
        nothing = np.empty(0, np.int64)
        return _Found(nothing, np.empty(0, np.uint32), nothing, nothing)
    return _Found(
        np.concatenate([part.owners for part in parts]),
        np.concatenate([part.letters for part in parts]),
        np.concatenate([part.bits for part in parts]),
        np.concatenate([part.first for part in parts]),
    )


def _without_boilerplate(found: _Found, letters: int) -> _Found:
    rule = RULES[Kind.TEXT]
    thin = (found.letters < SHORT_TEXT) | (letters < SHORT_TEXT)
    alike = thin & (found.bits <= rule.similar) & (found.first <= rule.first)
    if len(np.unique(found.owners[alike])) <= CROWD:
        return found
    return found.where(~thin)


def _near(words: Words, code: Words, first: int, limit: int, scratch: _Scratch) -> _Near:
    """Return the codes within first bits in the first word and within limit in all, in order."""
    (at,) = scratch.mark(words, code, first, limit).nonzero()
    if not len(at):
        return _Near(at, at, at)
    ones = np.bitwise_count(words[:, at] ^ code[:, None])
    bits = ones.sum(axis=0, dtype=np.int64)
    within = bits <= limit
    return _Near(at[within], bits[within], ones[0, within].astype(np.int64))


def _is_thin(kind: Kind, letters: int, other: int) -> bool:
    return kind is Kind.TEXT and min(letters, other) < SHORT_TEXT


def _crowded(
    codes: Codes, who: NDArray[np.intp], among: NDArray[np.intp], cancelled: Cancelled
) -> NDArray[np.bool_]:
    """Mark those short texts, of who, with so many like them that it is no work they share."""
    rule, scratch = RULES[Kind.TEXT], _Scratch()
    crowded = np.zeros(len(codes), np.bool_)
    words = np.ascontiguousarray(codes.words[:, among])
    for number, at in enumerate(who.tolist()):
        if number % BLOCK == 0 and cancelled():
            break
        around = 0
        for start in range(0, len(among), SAMPLE):
            block = words[:, start : start + SAMPLE]
            near = _near(block, codes.words[:, at], rule.first, rule.similar, scratch)
            around += int((among[start + near.at] != at).sum())
            if around > CROWD:
                crowded[at] = True
                break
    return crowded
