"""The names are those that spaCy itself finds, whatever the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.entities.extract import load_language
from services.entities.names import Namer
from tests.benchmarks.prose import texts

if TYPE_CHECKING:
    from spacy.language import Language


@pytest.fixture(scope="module")
def language() -> Language:
    return load_language()


@pytest.fixture(scope="module")
def namer() -> Namer:
    return Namer(load_language())


def own(language: Language, text: str) -> list[tuple[int, int, str]]:
    return [(name.start_char, name.end_char, name.label_) for name in language(text).ents]


WORDS = st.sampled_from(
    "Kyiv , Kyiv's (AP) — the New York Times U.S. don't :-) said. Volodymyr Zelensky 12 March 2024 $5m 🚀🚀 “Odesa” Київ "
    "حلب al-Bab Bank of the of and Ministry Internal Affairs é e\u0301 x.com/a?b=1 10:30am".split(" ")
)
GAPS = st.sampled_from([" ", " ", " ", "  ", "\t", "\n\n", " \n ", "\u00a0", ""])


@pytest.mark.parametrize(
    "text",
    [
        "Kyiv",
        " ",
        "\t\n  Kyiv  \n",
        "A drone hit Kharkiv on Monday, President Volodymyr Zelensky said in New York.",
        "The " + "United Nations and International Committee of the Red Cross and " * 12 + "Office met.",
        "Bank of " * 60,
        "a" * 3000 + " Kyiv " + " " * 3000 + "Odesa",
    ],
)
def test_finds_the_names_that_spacy_finds(text: str, language: Language, namer: Namer) -> None:
    assert list(map(list, namer([text]))) == [own(language, text)]


def test_reads_many_texts_in_order(language: Language, namer: Namer) -> None:
    many = [*texts(0, 12), "Kyiv", *texts(12, 3)]
    assert list(namer(many)) == [own(language, text) for text in many]


@settings(deadline=None)
@given(st.lists(st.lists(st.tuples(WORDS, GAPS), min_size=1, max_size=40), min_size=1, max_size=4))
def test_finds_them_in_any_words(language: Language, namer: Namer, drawn: list[list[tuple[str, str]]]) -> None:
    some = ["".join(word + gap for word, gap in pairs) or " " for pairs in drawn]
    assert list(namer(some)) == [own(language, text) if text else [] for text in some]


def test_forgets_before_it_holds_too_much(language: Language) -> None:
    namer = Namer(load_language())
    for first in range(0, 40_000, 8_000):
        (found,) = namer([" ".join(f"Word{n}" for n in range(first, first + 8_000)) + " in Kyiv."])
        assert found[-1][2] == "GPE"
    text = "A drone hit Kharkiv on Monday."
    assert list(namer([text])) == [own(language, text)]
