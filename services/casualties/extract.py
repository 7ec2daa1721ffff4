"""Casualty claims of an article."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from contracts.annotation import CasualtiesPayload
from contracts.article import ARTICLE_NAMESPACE, RawArticle
from contracts.casualties import CasualtyClaim, ClaimStatus, Harm, Scope, Victims
from contracts.spans import Count, Qualifier
from services.casualties.afterwards import settle
from services.casualties.cases import close_cases, deadly_alone
from services.casualties.claimant import claimant_of
from services.casualties.confidence import confidences, load_weights
from services.casualties.context import (
    denies_any,
    is_outdated,
    is_sport,
    scope_of,
    sentence_scope,
    status_of,
    takes_back,
)
from services.casualties.discourse import relate
from services.casualties.lexicon import Lexicon, load_lexicon
from services.casualties.lists import run_on
from services.casualties.ordinals import totals
from services.casualties.past import mourn, stay_past
from services.casualties.phrases import Clause
from services.casualties.rules import find_claims
from services.casualties.rules.upon import MAY_BUILD, built_upon
from services.casualties.statement import Statement, name_as_written, names_of, own_name
from services.casualties.takeup import take_up
from services.casualties.totals import total_up
from services.casualties.when import set_when
from services.casualties.where import set_where
from services.text.gazetteer import Gazetteer, load_gazetteer
from services.text.places import find_places
from services.text.published import reference_day
from services.text.reading import Sentence, read, span_of

if TYPE_CHECKING:
    from services.runtime.settings import Settings

_NEAR = 2  # sentences that "six were children" may stand behind the dead
_MOST = 12  # statements of one sentence that are looked at
_FLYING = re.compile(r"\b(?:drones?|UAVs?|missiles?|Shaheds?|rockets?|radars?)\b")
_LONG = 4000  # no sentence that says something is longer; what is, is cut


@dataclass(frozen=True)
class Model:
    """What the extraction goes by."""

    lexicon: Lexicon
    gazetteer: Gazetteer
    weights: dict[str, float]


def load(_settings: Settings | None = None) -> Model:
    """Read the word lists, the gazetteer and the weights of confidence."""
    return Model(load_lexicon(), load_gazetteer(), load_weights())


def extract(article: RawArticle, model: Model) -> CasualtiesPayload:
    """Find the casualty claims of an article, in order. Linear in the length of the text."""
    statements: list[Statement] = []
    reading, published = read(article), reference_day(article)
    for number, sentence in enumerate(reading.sentences):
        for start in range(0, len(sentence.text), _LONG):
            text = sentence.text[start : start + _LONG]
            if model.lexicon.may_speak_of_harm(text.lower()):
                piece = Sentence(
                    sentence.field,
                    sentence.start + start,
                    sentence.start + start + len(text),
                    text,
                    sentence.section,
                    sentence.paragraph,
                )
                told = _statements(piece, number, published.year if published else None, model)
                statements += [s for s in told if not _is_drone(s, reading.sentences)]
        if (
            statements
            and 0 < number - statements[-1].number <= _NEAR
            and MAY_BUILD.search(sentence.text[:_LONG].lower())
        ):
            told = [s for s in statements[-_MOST:] if s.number == statements[-1].number]
            statements += _upon(told, sentence, number, model)
    if statements and is_sport(f"{article.title}\n{article.text}", (s.finding for s in statements), model.lexicon):
        statements = []
    if statements:
        run_on(statements, reading.sentences)
        set_when(statements, reading.sentences, published)
        stay_past(statements)
        mourn(statements, reading.sentences)
        set_where(statements, reading, find_places(reading, model.gazetteer))
        relate(statements)
        settle(statements, reading.sentences)
        statements = totals(statements)
        take_up(statements)
        total_up(statements)
        close_cases(statements, reading.sentences)
    alone = deadly_alone(statements, reading.sentences, model.lexicon)
    if alone is not None:
        statements = [alone, *statements]
    return CasualtiesPayload(casualties=_claims(article, statements, model.weights))


def _upon(told: Sequence[Statement], sentence: Sentence, number: int, model: Model) -> list[Statement]:
    """Read a sentence that only says how many, of the harm that the one before it told: of the dead, if of any."""
    near = told[0].sentence.field == sentence.field and number - told[0].number <= _NEAR
    whole = [s for s in told if s.finding.status is ClaimStatus.REPORTED and s.harm in ("killed", "injured")]
    if not near or not whole:
        return []
    clause = Clause(sentence.text[:_LONG], model.lexicon)
    if clause.word(0) == "among" and len({s.harm for s in whole}) > 1:
        return []  # of the dead or of the hurt, it is not said
    made = []
    before = next((s for s in whole if s.harm == "killed"), whole[0])
    figure = before.finding.count.best or before.finding.count.min or 0
    for finding in built_upon(clause, before.harm):
        if finding.rule == "described" and (finding.count.best or 0) > figure:
            continue
        statement = Statement(finding, clause, sentence, number, harm=finding.harm, rule=finding.rule)
        statement.scope = before.scope
        made.append(statement)
    return made


def _statements(sentence: Sentence, number: int, year: int | None, model: Model) -> list[Statement]:
    clause = Clause(sentence.text, model.lexicon)
    findings = find_claims(clause)
    if not findings:
        return []
    wide, taken_back = sentence_scope(clause, year), takes_back(clause)
    made = []
    for finding in findings:
        finding.status = ClaimStatus.DENIED if taken_back else status_of(clause, finding)
        if denies_any(clause, finding):
            finding.count, finding.habitual = Count.exact(0), False
        statement = Statement(finding, clause, sentence, number, harm=finding.harm, rule=finding.rule)
        statement.scope = scope_of(clause, finding, wide)
        statement.names = own_name(clause, finding) or names_of(clause, finding.phrase)
        statement.silent = _points_back(statement)
        statement.age = finding.phrase.age if finding.phrase else 0
        made.append(statement)
    _share_kinds(made)
    return made


def _is_drone(statement: Statement, sentences: Sequence[Sentence]) -> bool:
    """Tell whether a bare figure is lost from radar: ``they shot down 14 drones. Two more disappeared``."""
    phrase = statement.finding.phrase
    if statement.harm != "missing" or phrase is None or phrase.person or phrase.name or not phrase.number:
        return False
    before = sentences[statement.number - 1].text[:_LONG] if statement.number else ""
    return _FLYING.search(before + statement.sentence.text) is not None


def _share_kinds(statements: list[Statement]) -> None:
    """Take those joined to a kind for kinds: ``the killing of policemen and their relatives``."""
    for before, statement in pairwise(statements):
        one, other = before.finding, statement.finding
        joined = (one.at, one.rule) == (other.at, other.rule) and one.rule == "nominal"
        if joined and before.scope is Scope.CUMULATIVE and other.count.best is None:
            statement.scope = Scope.CUMULATIVE


def _points_back(statement: Statement) -> bool:
    """Tell whether a statement only takes up others: ``they were killed``, ``the priests were murdered``."""
    count, phrase = statement.finding.count, statement.finding.phrase
    vague = count.best is None and count.qualifier is Qualifier.UNSPECIFIED
    return statement.anaphoric and (vague or (phrase is not None and phrase.pair))


def _claims(article: RawArticle, statements: list[Statement], weights: dict[str, float]) -> tuple[CasualtyClaim, ...]:
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
    claims = [_claim(article, s, ids) for s in statements if not s.silent]
    sure = confidences(claims, weights)
    return tuple(c.model_copy(update={"confidence": p}) for c, p in zip(claims, sure, strict=True))


def _bounds(statement: Statement) -> tuple[int, int]:
    start, end = statement.bounds
    phrase, at = statement.finding.phrase, statement.finding.at
    others = (s.finding.phrase for s in statement.siblings)
    if phrase is not None and any(o is not None and phrase.last <= o.first < at for o in others):
        end = statement.clause.items[phrase.last - 1].end  # "two soldiers and a nurse died": the soldiers alone
    return statement.sentence.start + start, statement.sentence.start + end


def _known(statement: Statement | None, ids: dict[int, str]) -> str | None:
    while statement is not None and statement.silent:
        statement = statement.same_as or statement.adds_to
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
    name = name_as_written(statement.clause, phrase)
    return CasualtyClaim(
        claim_id=ids[id(statement)],
        harm=harm,
        count=finding.count,
        victims=Victims(quote=quote, group=group, side=side, names=(name,) if name else ()),
        place_id=statement.place.place_id if statement.place else None,
        when=statement.when,
        claimant=claimant_of(statement.clause, phrase, finding.at),
        scope=statement.scope,
        status=finding.status,
        part_of=_known(statement.part_of, ids),
        same_as=_known(statement.same_as, ids),
        adds_to=_known(statement.adds_to, ids),
        span=span_of(article, sentence.field, start, end),
        section=sentence.section,
        rule=f"{rule}_joint"
        if finding.joint
        else f"{rule}_outdated"
        if is_outdated(statement.clause, finding)
        else rule,
    )
