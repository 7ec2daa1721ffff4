"""Weapons in an article: which, how many, whose, and what is done with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from contracts.annotation import WeaponsPayload
from contracts.article import RawArticle
from contracts.spans import Section
from contracts.weapons import WeaponCategory, WeaponMention, WeaponRole
from services.text.reading import read, span_of
from services.weapons.context import settle
from services.weapons.lexicon import Lexicon, load_lexicon
from services.weapons.scan import Phrase, Tokens, find_phrases, tokenize
from services.weapons.scene import Scene, find_cues
from services.weapons.uses import Use, uses

if TYPE_CHECKING:
    from services.runtime.settings import Settings

_QUOTES = {"'": "'", "’": "‘", "”": "“", '"': '"', "»": "«"}
_HANDED = frozenset({WeaponRole.SUPPLIED, WeaponRole.PLEDGED, WeaponRole.CAPTURED, WeaponRole.REQUESTED})
_DROPPERS = frozenset({WeaponCategory.AIRCRAFT, WeaponCategory.HELICOPTER, WeaponCategory.DRONE})
_CONFIDENCE = {
    "alias": 0.98,
    "name_with_class": 0.98,
    "class": 0.95,
    "known_in_article": 0.9,
    "and_other": 0.8,
    "name_in_context": 0.75,
}


def load(settings: Settings) -> Lexicon:  # noqa: ARG001 - every service's load takes the settings
    """Read the lexicon."""
    return load_lexicon()


def extract(article: RawArticle, model: Lexicon) -> WeaponsPayload:
    """Find the weapons of an article. Linear in the length of the text."""
    sentences = [tokenize(sentence) for sentence in read(article).sentences]
    for tokens in sentences:
        find_phrases(tokens, model)
    settle(sentences, model)
    _plant(sentences)
    return WeaponsPayload(weapons=tuple(_mentions(article, sentences, model)))


def _plant(sentences: list[Tokens]) -> None:
    """Take a bare "bomb" for a laid one where the article tells of laid ones, and of nothing that drops bombs."""
    phrases = [phrase for tokens in sentences for phrase in tokens.phrases]
    kinds = {phrase.category for phrase in phrases}
    if WeaponCategory.IED in kinds and kinds.isdisjoint(_DROPPERS):
        for phrase in phrases:
            if phrase.category is WeaponCategory.BOMB and phrase.named is None and len(phrase.terms) == 1:
                phrase.category = WeaponCategory.IED


def _mentions(article: RawArticle, sentences: list[Tokens], lexicon: Lexicon) -> Iterator[WeaponMention]:
    carried: WeaponRole | None = None
    for tokens in sentences:
        if tokens.sentence.text.rstrip().endswith(":"):
            carried = _carried(tokens, lexicon)
        if not tokens.phrases:
            continue
        scene = Scene(tokens, lexicon, carried)
        for phrase, use in uses(scene):
            yield _mention(article, tokens, phrase, use)


def _carried(tokens: Tokens, lexicon: Lexicon) -> WeaponRole | None:
    """Return what a heading says of the list below it: "donated equipment to help repel attacks:" tells of gifts."""
    objects = [f.cue.role for f in find_cues(tokens, lexicon) if f.cue.governs == "object"]
    given = [role for role in objects if role in _HANDED]
    return next(iter((given or objects)[-1:]), None)


def _mention(article: RawArticle, tokens: Tokens, phrase: Phrase, use: Use) -> WeaponMention:
    sentence = tokens.sentence
    start, end = tokens.starts[phrase.first], tokens.ends[phrase.last - 1]
    opening = _QUOTES.get(next((c for c in sentence.text[start:end] if c in _QUOTES), ""))
    if opening and start and sentence.text[start - 1] == opening:
        start -= 1
    system = phrase.named.entry.system if phrase.named else None
    doubt = 0.8 if sentence.section in (Section.COMMENT, Section.BOILERPLATE) else 1.0
    return WeaponMention(
        weapon_id=system.weapon_id if system else None,
        name=system.name if system else None,
        category=phrase.category,
        span=span_of(article, sentence.field, sentence.start + start, sentence.start + end),
        role=use.role,
        quantity=use.quantity,
        operator=use.operator,
        attributive=use.attributive,
        confidence=round(_CONFIDENCE.get(phrase.rule, 0.7) * doubt, 3),
        section=sentence.section,
        rule=f"{phrase.rule}:{use.rule}",
    )
