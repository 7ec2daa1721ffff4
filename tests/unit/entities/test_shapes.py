"""What the shape of a name says: nouns, abbreviations in brackets, footnotes and offices, names that stand again."""

from __future__ import annotations

import pytest

from services.entities.shapes import Shapes, load_shapes, repeated, trimmed


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return load_shapes()


@pytest.mark.parametrize(
    ("name", "said", "label"),
    [
        ("Jaish al-Nasr", "PERSON", "ORG"),
        ("Jaish", "PERSON", "PERSON"),
        ("Ansar al-Furqan", "PERSON", "ORG"),
        ("Ansar Burney", "PERSON", "PERSON"),
        ("Monotheism Brigades", "WORK_OF_ART", "ORG"),
        ("Blue Mountains", "PERSON", "LOC"),
        ("Mountains", "ORG", "ORG"),
        ("Old City Museum", "WORK_OF_ART", "FAC"),
        ("Red Crescent Hospital", "ORG", "ORG"),
        ("Army Day", "EVENT", "EVENT"),
        ("Army of the Northern Star", "WORK_OF_ART", "ORG"),
        ("The Book of Kells", "WORK_OF_ART", "WORK_OF_ART"),
    ],
)
def test_nouns_tell_labels(shapes: Shapes, name: str, said: str, label: str) -> None:
    assert shapes.label(name, said) == label


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the Board of Mines and Wells (BMW) said", ["Board of Mines and Wells", "BMW"]),
        ("the State Board of Arms and Horses (SBAH) said", ["State Board of Arms and Horses", "SBAH"]),
        ("the National Flood Committee (NFC) said", ["National Flood Committee", "NFC"]),
        ("a Flying Long Arrow Missile (FLAM) fell", []),  # no noun of a body
        ("the National Flood Committee (Geneva) said", []),
        ("the flood committee (FC) said", []),
        ("(NFC)", []),
    ],
)
def test_abbreviations_in_brackets(shapes: Shapes, text: str, expected: list[str]) -> None:
    assert [text[start:end] for pair in shapes.abbreviated(text) for start, end in pair] == expected


@pytest.mark.parametrize(
    ("before", "name", "after", "label", "kept"),
    [
        ("the Secretary of ", "State", " spoke", "ORG", None),
        ("the Secretary of ", "Defense Jane Roe", " spoke", "PERSON", "Jane Roe"),
        ("the Department of ", "State", " spoke", "ORG", None),
        ("the city of ", "State College", " spoke", "GPE", "State College"),
        ("into ", "Iraq.[3", "] and", "ORG", "Iraq"),
        ("called ", "بدر", " there", "PERSON", None),
        ("said ", "Sepoy Nazir Gul", ".", "PERSON", "Nazir Gul"),
        ("said ", "RNSP Maj Gen Nazir Gul", ".", "PERSON", "Nazir Gul"),
        ("said ", "Colby Major", ".", "PERSON", "Colby Major"),
        ("said ", "Detective Sgt", ".", "PERSON", None),
        ("the ", "Col Regiment", ".", "ORG", "Col Regiment"),
        ("called ", "Бахмут", " there", "GPE", "Бахмут"),
    ],
)
def test_names_are_trimmed(before: str, name: str, after: str, label: str, kept: str | None) -> None:
    text = before + name + after
    found = trimmed(text, len(before), len(before) + len(name), label)
    assert (text[found[0] : found[1]] if found else None) == kept


@pytest.mark.parametrize(
    ("name", "label", "text", "expected"),
    [
        ("Jane Roe", "PERSON", "Jane Roe left. Then Roehampton and Roe-like sounds.", ["Jane Roe"]),
        ("Omar Haddad", "PERSON", "Omar Haddad left. Haddad came back.", ["Omar Haddad", "Haddad"]),
        ("Omar Haddad", "PERSON", "Omar Haddad left. Lina Haddad and Haddad Street.", ["Omar Haddad"]),
        ("Ann Price", "PERSON", "Ann Price left. Price rises: the price is high.", ["Ann Price"]),
        ("NFC", "ORG", "The NFC said; NFCs do not.", ["NFC"]),
        ("North Wind", "ORG", "The North Wind blew.", ["North Wind"]),
        ("Wind", "ORG", "The Wind blew.", []),
    ],
)
def test_names_stand_again(name: str, label: str, text: str, expected: list[str]) -> None:
    found = sorted({(start, end) for start, end, _ in repeated(text, [(name, label)])})
    assert [text[start:end] for start, end in found] == expected
