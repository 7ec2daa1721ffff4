"""Whether a statement says that harm was done, and whether in this incident, in a running total or in the past."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick

from contracts.casualties import ClaimStatus, Scope
from services.casualties.lexicon import Lexicon, word_set
from services.casualties.past import is_told_aside
from services.casualties.phrases import Clause
from services.casualties.rules.finding import Finding
from services.casualties.rules.syntax import verb_group
from services.casualties.sums import RUNNING, SUMMED, is_sum
from services.casualties.talk import is_alive, is_any, is_kind, is_nation, is_of_none, is_rumor, names_blow, would_bring
from services.text.reading import readable

_BEFORE = 7  # words before a statement that say whether it is one
_ANY = ("any", "anyone", "anybody")
_MANY = 1000  # more than a single blow kills, unless one is named
_SEVERAL, _REMOVED = 10, ("eliminat", "neutrali", "liquidat")  # what ministries say of a front's day
_UPROOTED = 50_000  # more than one blow drives from home
_TALLY = 100  # so many are a running total where war or the perfect tense speaks of them, and no day
_REPORT = 4000  # characters of an article that say what it is about
_SPORTING = 3  # different words of sport that make a report of a match
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_SCORE = re.compile(r" \d{1,2}[-–]\d{1,2}[ ,.]")  # of a match
_OWN_PART = word_set("participation involvement responsibility role part complicity knowledge participating involved")
_SCORNED = ("rejected", "refuted")  # "they rejected the murder of": they condemn it
_OF_A_DEED = ("nominal", "possessive", "killing_of")
_BROUGHT = ("nominal", "counted", "reduced", "lives", "killing_of", "attributive")
# A correction tells what is not so.
_TAKEN_BACK = re.compile(
    r"\b(?:(?:earlier|previous|original|first) version of (?:this|the|our)|"
    r"(?:incorrectly|wrongly|erroneously|mistakenly) "
    r"(?:said|reported|stated|put|gave|wrote|claimed)|"
    r"(?:proved|proven|turned out|determined|found) (?:to be )?(?:incorrect|false|untrue|wrong|inaccurate|unfounded)|"
    r"(?:early|initial|earlier|first) (?:reports?|information|accounts?)\b[^.;]* (?:was|were) "
    r"(?:incorrect|false|untrue|wrong|inaccurate|unfounded))\b"
)
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_PERFECT = re.compile(
    r"\b(?:has|have) (?:left|resulted in|claimed|caused|killed|cost|died|inflicted|sustained|suffered"
    r"|been (?:killed|wounded|injured))\b"
)
_THERE_ARE = re.compile(r"\bthere (?:are|have been)\b")
_DATED = re.compile(
    rf"\b(?:{_MONTHS}|{_DAYS}|today|yesterday|tonight|overnight|this (?:morning|afternoon|evening)|last night)\b"
)
# A count that somebody gave before: "had earlier reported two dead", "initial reports put the toll at 12".
_EARLIER_SAID = re.compile(
    r"\b(?:earlier|previously|initially|at first)\b[^.;:]{0,40}\bhad "
    r"(?:reported|said|put|given|announced|counted|confirmed)\b"
    r"|\bhad (?:earlier|previously|initially|at first) (?:reported|said|put|given|announced|counted|confirmed)\b"
    r"|\b(?:initially|at first) (?:reported|said|put|announced|counted)\b"
    r"|\b(?:earlier|initial|first|early|preliminary|previous) (?:reports?|tolls?|counts?|figures?|estimates?)\b"
)
_SAID_BEFORE = 100  # characters
_REMAINS = word_set("bodies body remains corpses")
_GIVEN_BACK = re.compile(
    r"\b(?:repatriat\w+|exchange[ds]?|swap(?:ped|s)?|hand(?:ed|s|ing)? (?:over|back)|return(?:ed|s)?|"
    r"brought (?:home|back))\b"
)
_SHIFTS = ("after ", "before ", "later ", "earlier ", "of ")  # "a day after": no rate
_THEN = ("when", "which")
_SINCE = 4  # words that say since when
_REACH = 14  # words behind a killing that say when
_SPANS = word_set("day days week weeks month months year years")
_AGO = ("earlier", "before", "prior")
_SOME = word_set("a several few some couple one two three four five six seven eight nine ten eleven twelve")
_FIGHTING = (
    "offensive", "war ", "clashes", "fighting", "campaign", "operations", "conflict ", "insurgency", "terrorism",
    "repression",
)  # fmt: skip
_MAY_FIGHT = AhoCorasick(_FIGHTING)
# Another event that this one came after: "the shooting came hours after five officers were gunned down in Lima".
_CAME_AFTER = re.compile(
    r"\b(?:shooting|incident|stabbing) "
    r"(?:(?:also|just) )?(?:(?:came|comes) (?:[\w-]+ ){0,3}|(?:happened|occurred|took place) (?:[\w-]+ ){0,3}"
    r"(?:hours?|days?|weeks?|months?|years?) )(?:after|before) "
)
_OF_WAR = ("civil war", "of the war", "in the war", "in the conflict")
_OF_LATE = ("over the past", "in the past", "during the past")
# What is told of one day and night is no running total.
_HOURS = re.compile(r" (?:over|in|during) the past (?:few |several )?(?:\S+ )?(?:hours|day|night) ")
_OF_A_TOLL = re.compile(r"\b(?:tolls?|number of|total)\b")
_BORN = re.compile(r"\bborn (?:in|on) [^,.;]{0,16}\b(?:19|20)\d\d\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SUPERLATIVE = re.compile(r"\b(?:worst|deadliest|heaviest|biggest|largest|bloodiest|first|most)\b")


def is_sport(text: str, findings: Iterable[Finding], lexicon: Lexicon) -> bool:
    """Tell a report of a match, where a team bombards, shoots and kills off, from one of harm that was done."""
    text = readable(text[:_REPORT]).lower()
    assert lexicon.sport is not None
    known = len({word for word, _, _ in lexicon.sport.find_matches_as_indexes(text, overlapping=True)})
    if known < _SPORTING - 1 or known + (scored := bool(_SCORE.search(text))) < _SPORTING:
        return False
    words = set(_WORD.findall(text))
    if len(words & lexicon.said("sport").keys()) + scored < _SPORTING or words & lexicon.said("earnest").keys():
        return False
    deaths = [f for f in findings if f.harm == "killed" and f.phrase]
    return not any(f.rule == "passive" or (f.phrase and (f.phrase.noun or f.phrase.number)) for f in deaths)


def status_of(clause: Clause, finding: Finding) -> ClaimStatus:
    """Read the words before a statement: ``if``, ``fears that``, ``denied``, ``plans the murder of``."""
    if finding.status is not ClaimStatus.REPORTED:
        return finding.status
    for at in range(max(0, finding.first - _BEFORE), finding.first):
        if clause.word(at) in ("if", "unless", "whether"):
            return ClaimStatus.HYPOTHETICAL
        if clause.word(at) in ("fear", "fears", "feared", "fearing"):
            return ClaimStatus.FEARED
        if clause.says("denied", at) and finding.first - at < 5:
            own = any(clause.word(k) in _OWN_PART for k in range(at + 1, finding.first + 1))
            own = own or (clause.word(at) in _SCORNED and finding.rule in _OF_A_DEED)
            return ClaimStatus.REPORTED if own else ClaimStatus.DENIED
    if is_rumor(clause, finding) or is_alive(clause, finding):
        return ClaimStatus.DENIED
    if is_any(clause, finding):
        return ClaimStatus.HYPOTHETICAL
    phrase = finding.phrase
    if phrase is not None and clause.word(phrase.first) == "any" and clause.text.rstrip().endswith("?"):
        return ClaimStatus.HYPOTHETICAL
    trigger = clause.items[finding.at].trigger
    if finding.rule in _BROUGHT and would_bring(clause, finding):
        return ClaimStatus.HYPOTHETICAL
    loose = finding.rule in ("nominal", "killing_of") or (trigger is not None and bool(trigger.forms & {"base", "ing"}))
    if finding.rule in ("reduced", "toll") and trigger is not None and "participle" in trigger.forms:
        loose = False  # "35 killed and 82 hurt"
    outcome = (
        trigger is not None and "ing" in trigger.forms and clause.word(finding.at - 1) == ","
    )  # "..., killing six"
    if loose and not outcome and any(_is_intent(clause, at) for at in range(max(0, finding.at - _BEFORE), finding.at)):
        return ClaimStatus.HYPOTHETICAL
    return ClaimStatus.REPORTED


def _is_intent(clause: Clause, at: int) -> bool:
    """Tell a plan or an attempt; who is "tried for murder" is no such."""
    return clause.says("intent", at) and not (clause.word(at) == "tried" and clause.word(at + 1) == "for")


def takes_back(clause: Clause) -> bool:
    """Tell a correction: ``an earlier version of this article said that six were killed``."""
    return _TAKEN_BACK.search(clause.lowered) is not None


def is_outdated(clause: Clause, finding: Finding) -> bool:
    """Tell a figure that was given before the present one: ``officials had earlier reported two dead``."""
    start = clause.items[finding.at].start if finding.at < len(clause.items) else 0
    return _EARLIER_SAID.search(clause.lowered[max(0, start - _SAID_BEFORE) : start]) is not None


def denies_any(clause: Clause, finding: Finding) -> bool:
    """Tell whether a denied statement is of nobody at all: ``denied that any of its soldiers had been killed``."""
    if is_of_none(clause, finding):
        finding.status = ClaimStatus.DENIED
        return True
    if finding.status is not ClaimStatus.DENIED or finding.phrase is None:
        return False
    first = finding.phrase.first
    return clause.word(first - 2 if clause.word(first - 1) == "of" else first) in _ANY


def sentence_scope(clause: Clause, year: int | None) -> Scope:
    """Tell a sentence of running totals or of the past by its words; ``year`` is that of publication."""
    lowered = clause.lowered
    for found in RUNNING.finditer(lowered):
        if not _SUPERLATIVE.search(lowered, max(0, found.start() - 60), found.start()):
            return Scope.CUMULATIVE
    if _MAY_FIGHT.find_matches_as_indexes(lowered) and _has_cost(lowered):
        return Scope.CUMULATIVE
    if SUMMED.find_matches_as_indexes(lowered) and is_sum(lowered):
        return Scope.CUMULATIVE
    scopes = clause.lexicon.scopes_in(lowered)
    for kind, phrase in scopes:
        at = lowered.find(f" {phrase} ") if kind == "cumulative" else -1
        if (
            at >= 0
            and not lowered.startswith(_SHIFTS, at + len(phrase) + 2)
            and not _is_of_a_blow(clause, phrase)
            and not _SUPERLATIVE.search(lowered, max(0, at - 40), at)
        ):
            return Scope.CUMULATIVE
    past = any(kind == "historic" for kind, _ in scopes)
    if past and " previously " in lowered:
        told = lowered.replace(" previously said ", " said ").replace(" previously reported ", " reported ")
        past = any(kind == "historic" for kind, _ in clause.lexicon.scopes_in(told))
    if past or any(kind == "separate" for kind, _ in scopes):
        return Scope.HISTORIC
    years = [int(y) for y in _YEAR.findall(_BORN.sub(" ", lowered))] if year else []
    return Scope.HISTORIC if years and max(years) < (year or 0) else Scope.INCIDENT


def is_another(clause: Clause) -> bool:
    """Tell another event than the article's of the same days: ``in a separate attack on Odesa overnight``."""
    lowered = clause.lowered
    return any(f" {phrase} " in lowered for phrase in clause.lexicon.said("separate")) and bool(_DATED.search(lowered))


def _has_cost(lowered: str) -> bool:
    """Tell what a war has cost from a blow dealt ``as the war goes on``: no comma parts the two."""
    for found in _PERFECT.finditer(lowered):
        if any(0 <= lowered.find(word) < found.start() for word in _FIGHTING):
            return True
        behind = lowered[found.end() :]
        ends = min((k for k in (behind.find(" , "), behind.find(" ; ")) if k >= 0), default=len(behind))
        if any(word in behind[:ends] for word in _FIGHTING):
            return True
    return False


def _is_of_a_blow(clause: Clause, phrase: str) -> bool:
    """Tell words that make no running total: ``the civil war`` beside a blow, ``Daily News``, ``past 24 hours``."""
    if phrase in _OF_WAR:
        return any(names_blow(clause, k) for k in range(len(clause.items))) and not _PERFECT.search(clause.lowered)
    if phrase in _OF_LATE:
        return _HOURS.search(clause.lowered) is not None and not _OF_A_TOLL.search(clause.lowered)
    return phrase == "daily" and "daily" not in clause.text and not clause.capitals


def scope_of(clause: Clause, finding: Finding, wide: Scope) -> Scope:
    """Tell the scope of a statement from that of its sentence, its figure and its tense."""
    if finding.habitual or (finding.rule in ("lost", "losses", "casualties") and finding.joint):
        return Scope.CUMULATIVE  # an army loses so many at many places
    if wide is Scope.HISTORIC and _years_aside(clause, finding):
        wide = Scope.INCIDENT
    if wide is Scope.CUMULATIVE and finding.count.best == 1 and finding.phrase is not None and finding.phrase.name:
        return Scope.HISTORIC  # one by name is no running total
    if _back_then(clause, finding) or _days_earlier(clause, finding) or _came_after(clause, finding):
        return Scope.HISTORIC
    return (
        Scope.CUMULATIVE
        if _is_tally(clause, finding)
        or _is_handed_over(clause, finding)
        or is_nation(clause, finding)
        or (is_kind(clause, finding) and not _is_pinned(clause, finding.at))
        else wide
    )


def _years_aside(clause: Clause, finding: Finding) -> bool:
    """Tell whether the years that make a sentence one of the past are those of a clause in front."""
    said = clause.lexicon.said
    if any(f" {phrase} " in clause.lowered for kind in ("historic", "separate") for phrase in said(kind)):
        return False
    start = clause.items[finding.first].start
    years = list(_YEAR.finditer(clause.text))
    return bool(years) and all(is_told_aside(clause.text, y.start(), y.end(), start) for y in years)


def _back_then(clause: Clause, finding: Finding) -> bool:
    """Tell what was done when a period began: ``the first since 2019, when a bomb killed six``."""
    if " since " not in clause.lowered:
        return False
    if verb_group(clause, finding.at).have:
        return False  # "since 2019, when the war began, 400 have been killed"
    since: int | None = None
    for at in range(finding.at):
        if clause.word(at) == "since":
            since = at
        elif clause.word(at) == "," and since is not None and at - since <= _SINCE:
            opener = at + 1 + (clause.word(at + 1) == "in")
            if clause.word(opener) in _THEN:
                return not any(clause.word(k) == "," for k in range(opener, finding.first))
    return False


def _came_after(clause: Clause, finding: Finding) -> bool:
    """Tell another event: ``the shooting came a day after six were killed in Lima``."""
    if " after " not in clause.lowered and " before " not in clause.lowered:
        return False
    came = _CAME_AFTER.search(clause.lowered)
    return came is not None and len(clause.lowered[: came.end()].split()) <= finding.at


def _days_earlier(clause: Clause, finding: Finding) -> bool:
    """Tell a death some time before what the article is about: ``his mother was killed three days earlier``."""
    if finding.harm != "killed" or finding.rule not in ("active", "passive"):
        return False
    behind = range(finding.at + 1, min(finding.last + _REACH, len(clause.items)))
    at = next((k for k in behind if clause.word(k) in _SPANS and clause.word(k + 1) in _AGO), None)
    return at is not None and (clause.word(at - 1) in _SOME or clause.word(at - 1).isdecimal())


def _is_army(finding: Finding) -> bool:
    noun = finding.phrase.noun if finding.phrase else None
    return noun is not None and noun.group == "soldiers"


def _is_tally(clause: Clause, finding: Finding) -> bool:
    """Tell a war's or a campaign's figure from that of a blow: ``784 terrorists have been killed``."""
    figure = finding.count.best or finding.count.min or 0
    removed = figure >= _SEVERAL and clause.word(finding.at).startswith(_REMOVED)
    if removed and _is_army(finding) and not _is_pinned(clause, finding.at):
        return True  # "more than 30 servicemen were eliminated"
    if finding.harm == "displaced":
        return figure >= _UPROOTED and not _is_pinned(clause, finding.at)
    if figure < _TALLY or finding.harm not in ("killed", "injured"):
        return False
    if " as of " in clause.lowered:
        return True  # "840 rebels have been killed as of today"
    words = clause.lexicon.said("strife")
    strife = any(i.word in words for i in clause.items)
    if figure >= _MANY and strife and not any(names_blow(clause, k) for k in range(len(clause.items))):
        return True  # "a war that began on 8 October, killing 4,000"
    if _is_pinned(clause, finding.at):
        return False
    return figure >= _MANY or strife or bool(_PERFECT.search(clause.lowered) or _THERE_ARE.search(clause.lowered))


def _is_handed_over(clause: Clause, finding: Finding) -> bool:
    """Tell the fallen that armies give back: ``the bodies of 909 soldiers were returned``; no one blow killed them."""
    several = (finding.count.best or finding.count.min or 0) >= _SEVERAL
    return several and clause.word(finding.at) in _REMAINS and _GIVEN_BACK.search(clause.lowered) is not None


def _is_pinned(clause: Clause, at: int) -> bool:
    """Tell whether what stands between semicolons names a day or a single blow."""
    first, last, lowered = 0, len(clause.items), clause.lowered
    if " ; " in lowered:
        first = next((k + 1 for k in range(at - 1, -1, -1) if clause.word(k) == ";"), first)
        last = next((k for k in range(at, last) if clause.word(k) == ";"), last)
        lowered = f" {' '.join(i.word for i in clause.items[first:last])} "
    return any(names_blow(clause, k) for k in range(first, last)) or bool(_DATED.search(lowered))
