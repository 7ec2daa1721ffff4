"""Small words around names: around.tsv, and the nouns that say what a place is."""

from __future__ import annotations

from functools import cache
from importlib import resources

from contracts.places import PlacePrecision

_P = PlacePrecision
#: Which places a common noun beside a name may stand for.
KINDS = {
    noun: kinds
    for nouns, kinds in (
        ("state province governorate oblast krai republic region department", frozenset({_P.ADMIN1, _P.ADMIN2})),
        ("governor", frozenset({_P.ADMIN1})),
        ("county district raion prefecture", frozenset({_P.ADMIN2, _P.ADMIN1, _P.DISTRICT})),
        ("township locality commune", frozenset({_P.SETTLEMENT, _P.ADMIN2, _P.DISTRICT})),
        ("city town village settlement hamlet mayor", frozenset({_P.SETTLEMENT})),
        ("island islands peninsula river lake sea desert", frozenset({_P.REGION})),
    )
    for noun in nouns.split()
}
GOVERNED = frozenset({"governor"})  # has a unit although his title names but its capital: "Kherson governor"
OFFICES = GOVERNED | {"mayor"}  # stand with a capital before a name
TITLED = OFFICES | {"township", "locality"}  # keep their meaning with a capital


@cache
def small_words() -> dict[str, frozenset[str]]:
    """Read around.tsv."""
    text = resources.files(__package__).joinpath("around.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {kind: frozenset(words.split()) for kind, words in rows}
