"""A key as 24 words that can be written on paper: BIP-39, English list, with its checksum.

The entropy of the words is the Ed25519 seed itself, without the PBKDF2 that wallets put behind it:
PBKDF2 goes from words to a seed and never back, so a key made before could not be shown as words,
and it strengthens weak entropy, of which 256 random bits have none. Typed into a wallet, the words
give other keys; here they give back exactly this one.
"""

from __future__ import annotations

import difflib
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from desktop.errors import KeyProblem
from desktop.identity.keys import SigningKey

if TYPE_CHECKING:
    from mnemonic import Mnemonic

WORDS = 24
SHOWN_PROBLEMS = 3
_AROUND_A_WORD = "0123456789.,;:()[]-–\"'“”"


def phrase_of(key: SigningKey) -> tuple[str, ...]:
    """Return the 24 words of key."""
    return tuple(_list().to_mnemonic(key.seed).split(" "))


def key_of_phrase(text: str) -> SigningKey:
    """Return the key of 24 typed words; case, spacing, numbering and commas do not matter.

    Raises KeyProblem, naming the place of a wrong word and words of the list that are near.
    """
    words = _words(text)
    known = set(_list().wordlist)
    wrong = [(place, word) for place, word in enumerate(words, start=1) if word not in known]
    if len(words) != WORDS:
        found = f"{len(words)} word{'' if len(words) == 1 else 's'}"
        raise KeyProblem(
            f"A recovery phrase has {WORDS} words, and here are {found}.{_misspelt(wrong)}",
            advice="Compare it with your paper and type it again.",
        )
    if wrong:
        raise KeyProblem(
            f"The recovery phrase does not fit.{_misspelt(wrong)}",
            advice="Compare it with your paper and type it again.",
        )
    try:
        return SigningKey(bytes(_list().to_entropy(words)))
    except ValueError:
        # Without its cause: what was typed is a secret, and a traceback may be kept somewhere.
        raise KeyProblem(
            "Every word is in the list, but together they are no recovery phrase: two words are "
            "swapped, or one of them is another.",
            advice="Compare it with your paper, word by word.",
        ) from None


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).casefold()
    stripped = (part.strip(_AROUND_A_WORD) for part in plain.replace(",", " ").split())
    return [word for word in stripped if word]


def _misspelt(wrong: list[tuple[int, str]]) -> str:
    """Say which places are wrong, each with near words; what was typed is not repeated."""
    parts = []
    for place, word in wrong[:SHOWN_PROBLEMS]:
        near = difflib.get_close_matches(word[:32], _list().wordlist, n=3, cutoff=0.6)
        hint = f" (did you mean {' or '.join(near)}?)" if near else ""
        parts.append(f" Word {place} is not in the list{hint}.")
    if len(wrong) > SHOWN_PROBLEMS:
        parts.append(f" {len(wrong) - SHOWN_PROBLEMS} more words are not either.")
    return "".join(parts)


@cache
def _list() -> Mnemonic:
    from mnemonic import Mnemonic

    return Mnemonic("english")
