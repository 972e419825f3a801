"""24 words give back exactly the key they were made of, and say which of them is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.errors import KeyProblem
from desktop.identity.keys import SigningKey
from desktop.identity.phrase import key_of_phrase, phrase_of

# From the vectors that BIP-39 names (256 bits of entropy).
VECTORS = {
    "00": "abandon " * 23 + "art",
    "7f": "legal winner thank year wave sausage worth useful " * 2
    + "legal winner thank year wave sausage worth title",
    "80": "letter advice cage absurd amount doctor acoustic avoid " * 2
    + "letter advice cage absurd amount doctor acoustic bless",
    "ff": "zoo " * 23 + "vote",
}
GOOD = VECTORS["80"]


@pytest.mark.parametrize("byte", VECTORS)
def test_the_published_vectors(byte: str) -> None:
    seed = bytes.fromhex(byte * 32)
    assert " ".join(phrase_of(SigningKey(seed))) == VECTORS[byte]
    assert key_of_phrase(VECTORS[byte]).seed == seed


@given(st.binary(min_size=32, max_size=32))
def test_there_and_back(seed: bytes) -> None:
    words = phrase_of(SigningKey(seed))
    assert len(words) == 24
    assert key_of_phrase(" ".join(words)).seed == seed


@pytest.mark.parametrize(
    "typed",
    [
        GOOD.upper(),
        "\n  " + GOOD.replace(" ", "   \t\n") + "\n",
        " ".join(f"{place}. {word}" for place, word in enumerate(GOOD.split(), start=1)),
        ", ".join(GOOD.title().split()),
        "".join(chr(ord(char) + 0xFEE0) if char.isalpha() else char for char in GOOD),
    ],
    ids=["capitals", "spacing", "numbered", "commas", "full width"],
)
def test_how_it_is_typed_does_not_matter(typed: str) -> None:
    assert key_of_phrase(typed) == key_of_phrase(GOOD)


def test_a_wrong_word_is_named_by_its_place_with_near_words() -> None:
    words = GOOD.split()
    words[4] = "amuont"
    with pytest.raises(KeyProblem) as caught:
        key_of_phrase(" ".join(words))
    assert "Word 5 is not in the list (did you mean amount" in caught.value.message
    assert "amuont" not in str(caught.value)


def test_many_wrong_words_are_counted() -> None:
    with pytest.raises(KeyProblem, match=r"Word 3 is .*21 more words are not either"):
        key_of_phrase("qqqq " * 24)


@pytest.mark.parametrize(("text", "said"), [("", "here are 0 words"), ("zoo", "here are 1 word.")])
def test_the_number_of_words_is_told(text: str, said: str) -> None:
    with pytest.raises(KeyProblem, match=said):
        key_of_phrase(text)


def test_swapped_words_fail_the_checksum_without_a_trace_of_them() -> None:
    words = GOOD.split()
    words[0], words[1] = words[1], words[0]
    with pytest.raises(KeyProblem, match="two words are swapped") as caught:
        key_of_phrase(" ".join(words))
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
