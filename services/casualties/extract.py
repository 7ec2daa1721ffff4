"""Casualty claims of an article."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.annotation import CasualtiesPayload
from contracts.article import ARTICLE_NAMESPACE, RawArticle
from contracts.casualties import CasualtyClaim, ClaimStatus, Harm, Scope, Victims
from contracts.spans import Qualifier
from services.casualties.discourse import Statement, names_of, relate
from services.casualties.lexicon import Lexicon, load_lexicon
from services.casualties.phrases import Clause
from services.casualties.rules import Finding, find_claims
from services.casualties.setting import claimant_of, set_when, set_where
from services.text.dates import DateMention, find_dates, reference_day
from services.text.dates import reference_day
from services.text.gazetteer import Gazetteer, load_gazetteer
from services.text.places import find_places
from services.text.reading import Sentence, read, span_of

if TYPE_CHECKING:
    from services.runtime.settings import Settings

_LONG = 4000  # no sentence that says something is longer; what is, is cut
_BEFORE = 7  # words before a statement that say whether it is one
_MANY = 1000  # no single incident of a war is told with so many dead
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_RUNNING = re.compile(
    rf"\bsince (?:the |last |early |late |mid[- ]|about )?(?:\d|{_MONTHS}|monday|tuesday|wednesday|thursday|friday|saturday|sunday|start\b|"
    r"beginning\b|outbreak\b|war\b|invasion\b|conflict\b|week|month|year|then\b)|\b(?:in|over|during|within|lasted|of) (?:the |its |a )?"
    r"(?:past |last |previous |first |more than |nearly |almost |about )*(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|few|"
    r"several|many)[- ](?:week|month|year|decade)s?\b|\bin the first \d+ (?:day|week|month)s\b|\b(?:past|last) (?:week|month|year|decade)s\b|\b\d+[- ](?:year|month|week)[- ](?:long |old )?"
    r"(?:war|conflict|campaign|insurgency|fight)"
)
_PERFECT = re.compile(
    r"\b(?:has|have) (?:left|resulted in|claimed|caused|killed|cost|been killed|been wounded|been injured|died|inflicted|sustained|suffered)\b"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SUPERLATIVE = re.compile(r"\b(?:worst|deadliest|heaviest|biggest|largest|bloodiest|first|most)\b", re.IGNORECASE)
_CONFIDENCE = {"active": 0.9, "passive": 0.9, "reduced": 0.85, "toll": 0.9, "partition": 0.85, "including": 0.85}


@dataclass(frozen=True)
class Model:
    """What the extraction goes by."""

    lexicon: Lexicon
    gazetteer: Gazetteer


def load(_settings: Settings | None = None) -> Model:
    """Read the word lists and the gazetteer."""
    return Model(load_lexicon(), load_gazetteer())


def extract(article: RawArticle, model: Model) -> CasualtiesPayload:
    """Find the casualty claims of an article, in order. Linear in the length of the text."""
    statements: list[Statement] = []
    stems = model.lexicon.stems
    assert stems is not None
    reading = read(article)
    for number, sentence in enumerate(reading.sentences):
        for start in range(0, len(sentence.text), _LONG):
            text = sentence.text[start : start + _LONG]
            if stems.find_matches_as_indexes(text.lower()):
                piece = Sentence(
                    sentence.field,
                    sentence.start + start,
                    sentence.start + start + len(text),
                    text,
                    sentence.section,
                    sentence.paragraph,
                )
                statements += _statements(piece, number, article, model)
    if statements:
        set_when(statements, reference_day(article))
        set_where(statements, find_places(reading, model.gazetteer))
        relate(statements)
    return CasualtiesPayload(casualties=_claims(article, statements))


def _statements(sentence: Sentence, number: int, article: RawArticle, model: Model) -> list[Statement]:
    clause = Clause(sentence.text, model.lexicon)
    lowered = " " + " ".join(i.word for i in clause.items) + " "
    made = []
    for finding in find_claims(clause):
        finding.status = _status(clause, finding)
        statement = Statement(finding, clause, sentence, number, harm=finding.harm, rule=finding.rule)
        statement.scope = _scope(clause, finding, lowered, article)
        statement.names = names_of(clause, finding.phrase)
        statement.silent = _points_back(statement)
        statement.age = finding.phrase.age if finding.phrase else 0
        made.append(statement)
    return made


def _points_back(statement: Statement) -> bool:
    """Tell whether a statement only takes up others: ``they were killed``, ``the priests were murdered``."""
    return (
        statement.finding.count.best is None
        and statement.finding.count.qualifier is Qualifier.UNSPECIFIED
        and statement.anaphoric
    )


def _status(clause: Clause, finding: Finding) -> ClaimStatus:
    """Read the words before a statement: ``if``, ``fears that``, ``denied``, ``plans the murder of``."""
    if finding.status is not ClaimStatus.REPORTED:
        return finding.status
    for at in range(max(0, finding.first - _BEFORE), finding.first):
        if clause.word(at) in ("if", "unless", "whether"):
            return ClaimStatus.HYPOTHETICAL
        if clause.word(at) in ("fear", "fears", "feared", "fearing"):
            return ClaimStatus.FEARED
        if clause.says("denied", at) and finding.first - at < 5:
            return ClaimStatus.DENIED
    trigger = clause.items[finding.at].trigger
    loose = finding.rule in ("nominal", "killing_of") or (trigger is not None and bool(trigger.forms & {"base", "ing"}))
    if loose and any(clause.says("intent", at) for at in range(max(0, finding.at - _BEFORE), finding.at)):
        return ClaimStatus.HYPOTHETICAL
    return ClaimStatus.REPORTED


def _scope(clause: Clause, finding: Finding, lowered: str, article: RawArticle) -> Scope:
    """Tell this incident from running totals and from the past, by the words of the sentence."""
    said = clause.lexicon.said
    if finding.habitual:
        return Scope.CUMULATIVE
    for found in _RUNNING.finditer(lowered):
        if not _SUPERLATIVE.search(lowered, max(0, found.start() - 60), found.start()):
            return Scope.CUMULATIVE
    if _PERFECT.search(lowered) and any(
        w in lowered for w in ("offensive", "war ", "clashes", "fighting", "campaign", "operations")
    ):
        return Scope.CUMULATIVE
    for phrase in said("cumulative"):
        at = lowered.find(f" {phrase} ")
        if at >= 0 and not _SUPERLATIVE.search(lowered, max(0, at - 40), at):
            return Scope.CUMULATIVE
    if (finding.count.best or finding.count.min or 0) >= _MANY and any(w in lowered for w in said("strife")):
        return Scope.CUMULATIVE
    if any(f" {phrase} " in lowered for phrase in said("historic")):
        return Scope.HISTORIC
    if article.published_at is not None:
        years = [int(y) for y in _YEAR.findall(lowered)]
        if years and max(years) < article.published_at.year:
            return Scope.HISTORIC
    return Scope.INCIDENT


def _claims(article: RawArticle, statements: list[Statement]) -> tuple[CasualtyClaim, ...]:
    ids: dict[int, str] = {}
    used: set[str] = set()
    for statement in statements:
        start, end = _bounds(statement)
        name = f"{article.article_id}|{statement.sentence.field}|{start}|{end}|{statement.harm}"
        claim_id = str(uuid.uuid5(ARTICLE_NAMESPACE, name))
        while claim_id in used:
            name += "'"
            claim_id = str(uuid.uuid5(ARTICLE_NAMESPACE, name))
        used.add(claim_id)
        ids[id(statement)] = claim_id
    return tuple(_claim(article, s, ids) for s in statements if not s.silent)


def _bounds(statement: Statement) -> tuple[int, int]:
    start, end = statement.bounds
    return statement.sentence.start + start, statement.sentence.start + end


def _known(statement: Statement | None, ids: dict[int, str]) -> str | None:
    while statement is not None and statement.silent:
        statement = statement.same_as
    return ids.get(id(statement)) if statement is not None else None


def _claim(article: RawArticle, statement: Statement, ids: dict[int, str]) -> CasualtyClaim:
    finding, sentence = statement.finding, statement.sentence
    phrase = finding.phrase
    quote, group, side = None, "people", None
    if phrase is not None:
        items = statement.clause.items
        quote = statement.clause.text[items[phrase.first].start : items[phrase.last - 1].end]
        group = phrase.noun.group if phrase.noun else "people"
        side = phrase.side
    harm = Harm.INJURED if statement.harm == "shot" else Harm(statement.harm)
    rule = finding.rule
    if finding.harm == "shot" and statement.harm != "injured":
        rule += "_open" if statement.harm == "shot" else "_died"
    start, end = _bounds(statement)
    return CasualtyClaim(
        claim_id=ids[id(statement)],
        harm=harm,
        count=finding.count,
        victims=Victims(
            quote=quote, group=group, side=side, names=(" ".join(statement.names),) if statement.names else ()
        ),
        place_id=statement.place_id,
        when=statement.when,
        claimant=claimant_of(statement.clause, phrase, finding.at),
        scope=statement.scope,
        status=finding.status,
        part_of=_known(statement.part_of, ids),
        same_as=_known(statement.same_as, ids),
        adds_to=_known(statement.adds_to, ids),
        span=span_of(article, sentence.field, start, end),
        confidence=_CONFIDENCE.get(finding.rule, 0.8),
        section=sentence.section,
        rule=f"{rule}_joint" if finding.joint else rule,
    )
