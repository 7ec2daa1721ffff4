"""Names that are none, or of another kind than the language model says."""

from __future__ import annotations

import pytest

from services.entities.doubts import doubts_of
from services.entities.shapes import load_shapes
from services.text.gazetteer import load_gazetteer
from services.text.places import Hint


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("Shells hit the village of Gidan Sani.", {"Gidan Sani": "PERSON"}, {"Gidan Sani": "GPE"}),
        (
            "They burnt the villages of Gidan Sani, Wari and Tsaun. A man from Wari fled.",
            {"Gidan Sani": "PERSON", "Wari": "ORG", "Tsaun": "WORK_OF_ART"},
            {"Gidan Sani": "GPE", "Wari": "GPE", "Tsaun": "GPE"},
        ),
        (
            "They burnt the towns of Sula, Old Wari, and Tsaun. Musa came.",
            {"Sula": "GPE", "Tsaun": "PERSON", "Musa": "PERSON"},
            {"Sula": "GPE", "Tsaun": "GPE", "Musa": "PERSON"},
        ),
        ("Ten died in Gidan Sani.", {"Gidan Sani": "PERSON"}, {"Gidan Sani": "GPE"}),
        ("Trust in Ann Lee fell.", {"Ann Lee": "PERSON"}, {"Ann Lee": "PERSON"}),
        ("Interest in Sani's case grew.", {"Sani": "PERSON"}, {"Sani": "PERSON"}),
        ("Hope lay in Sani. Musa Sani left.", {"Sani": "PERSON", "Musa Sani": "PERSON"}, {"Sani": "PERSON"}),
        ("Ambush: three died in an ambush.", {"Ambush": "PERSON"}, {"Ambush": None}),
        ("Ambush: three died.", {"Ambush": "PERSON"}, {"Ambush": "PERSON"}),
        ("AID came. The aid was late.", {"AID": "ORG"}, {"AID": "ORG"}),
        ("Men fled the eastern bank.", {"eastern bank": "ORG"}, {"eastern bank": None}),
        ("John Lee left. Mr Lee wept.", {"John Lee": "ORG", "Lee": "PERSON"}, {"John Lee": "PERSON"}),
        ("The Russian army left.", {"Russian": "NORP"}, {"Russian": "NORP"}),
    ],
)
def test_what_the_words_around_a_name_say(text: str, said: dict[str, str], expected: dict[str, str | None]) -> None:
    hints = [Hint("text", text.index(name), text.index(name) + len(name), label) for name, label in said.items()]
    doubts = doubts_of(text, hints, load_gazetteer())
    found = {text[h.start : h.end]: doubts.label(h.start, h.end, h.label) for h in hints}
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("text", "name", "whole"),
    [
        (
            "The Sula Oblast Military Administration said so.",
            "Sula Oblast Military",
            "Sula Oblast Military Administration",
        ),
        ("The Sula Military Governor said so.", "Sula Military", "Sula Military"),
        ("The Sula Guard. Administration is slow.", "Sula Guard", "Sula Guard"),
    ],
)
def test_the_noun_left_off(text: str, name: str, whole: str) -> None:
    start = text.index(name)
    assert text[start : load_shapes().whole(text, start + len(name), "ORG")] == whole
