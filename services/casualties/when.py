"""When the harm of a statement was done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from contracts.casualties import ClaimStatus, Scope
from contracts.spans import Precision, Section, When
from services.casualties.past import is_told_aside
from services.casualties.statement import TOLD, Statement
from services.text.dates import DateMention, find_dates, is_since_begun
from services.text.reading import Sentence

_DAYS = (Precision.DAY, Precision.NIGHT)
_LONG_TIMES = (Precision.MONTH, Precision.YEAR)
_APART = timedelta(days=2)
_BACK = 3  # sentences that a day is carried on over
_LATE = timedelta(days=14)  # a report this long after the article's main event is of another
_WEEK = timedelta(days=8)
_ANOTHER_STORY = re.compile(
    r"\W{0,3}(?:Meanwhile|Elsewhere|Separately|Also (?:on|in)|In (?:a separate|another)|Last week)\b"
)
# Another's death that a day stands with: "a commander, after his deputy, who was killed in July".
_OF_ANOTHER = re.compile(r"\b(?:who|whom|which)\b[^;.]*\b(?:killed|died|assassinated|murdered)\b")
_SINCE_THEN = re.compile(r"\bsince\b[^,;.]*$", re.IGNORECASE)
_CLAUSE = 80  # characters that a date of the clause before stands back by
_BLOW_OF_OLD = 100  # victims; more are those of a war
_MOST = 60  # sentences in which a day is looked for
_TOP = 12  # sentences that the head of an article may have
_LONG = 1000  # characters of one of them that are looked at
_TOP_CHARS, _OPENING = 400, 80  # characters of a text, and of its sentence, that a dateline stands in
_TOWN = re.compile(r"\W*(?!On\b|By\b|In\b|Since\b)[A-Z][\w.'’-]*(?:[ ,/(]+(?:of |the )?[A-Z][\w.'’-]*){0,6}[,.:;(\s]*$")
_DASH = re.compile(r"\)?,?\s*(?:[(\[/][^()\[\]]{1,30}[)\]/])?\s*(?:[-–—:]|(?<=[/\])])\.)|\.\s*$")
_BEFORE, _BEHIND = 50, 25  # characters around a day in which a word may take it
_TAKES_UP = re.compile(
    r"\W{0,3}(?:The|That|This)\s(?:[a-z-]+\s)?(?P<noun>attack|bombing|blast|explosion|shooting|raid|massacre|strike|ambush|assault)"
    r"(?=,?\s(?:which|that|was|killed|left|claimed)\b)"
)
_BORN = re.compile(r"\bborn (?:in |on )?$")  # "a girl born in 2017"
_RANKED = re.compile(  # "the deadliest attack on the country this year"
    r"\bthe (?:second[- ]|third[- ])?"
    r"(?:deadliest|worst|bloodiest|largest|biggest|heaviest|gravest|first|most [a-z]+)\b(?:(?!\bsince\b)[^,;.])*$"
)
_UP_TO = re.compile(r"\b(?:by|before|until|till|as of|prior to|up to)\s(?:the\s)?$", re.IGNORECASE)
_APOSTROPHES = ("'", "’")  # "killed by Monday's blast"
_LATER = re.compile(
    r"\b(?P<n>an?|one|two|three|four|five|\d{1,2}|the) (?:days?|evening|night) (?P<way>after|before|earlier|later)\b"
    r"(?P<rest>[^;.]*)$"
)
_DAY_NUMBERS = {"a": 1, "an": 1, "the": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
# Both of these are looked for in small letters: patterns that leave the case open take several times as long.
# A day that stands with one of the first is that of a statement, a mourning or a court, not that of the harm.
_AFTERWARDS = re.compile(
    r"\b(?:said|says|told|announc\w+|confirm\w+|report(?:ed|s)?|stat(?:ed|es|ement)|wrote|posted|tweeted|add(?:ed|s)|spoke|"
    r"put the|"
    r"gave|given|count(?:ed|s)|rose|risen|climb\w+|revis\w+|updated?|publish\w+|releas\w+|claimed responsibility|"
    r"visit\w*|met|meeting|conference|mourn\w*|hung|vigils?|funerals?|buri(?:ed|es|al)|laid|memorial|commemorat\w+|"
    r"court|arrest\w*|charged|trial|hearing|convict\w+|sentenc\w+|plead\w*|pled|guilty|indict\w*|arraign\w*|acquitt\w+|"
    r"condemn\w+|call(?:ed|s) (?:for|on)|resum\w+|halted|stopped|closed until|"
    r"until|search\w*|recover(?:ed|y)|pulled|found)\b"
)
_ROSE_ON = re.compile(
    r"\b(?:rose|risen|climbed|increased|jumped|reached|stood) (?:again )?(?:(?:late |early )?on )?$", re.IGNORECASE
)
# Words of the blow itself: a day that stands nearer to one of them is its own.
_BLOW = re.compile(
    r"\b(?:attack(?:s|ed)?|strikes?|struck|hits?|bomb(?:ed|s|ings?)?|shell(?:ed|ing)|raid(?:s|ed)?|blasts?|explosions?|explod\w+|"
    r"storm(?:ed|ing)|ambush\w*|fired?|launched|crash\w*|fell|rocked|massacres?|shootings?|shot|opened fire|collaps\w+|"
    r"set off|went off|detonat\w+|clash\w*|assault\w*)\b"
)


@lru_cache(maxsize=128)
def _dates_in(text: str, published: date | None) -> tuple[DateMention, ...]:
    """Find the dates of a sentence: several questions are asked of each."""
    return tuple(find_dates(text, published))


def set_when(statements: Sequence[Statement], sentences: Sequence[Sentence], published: date | None) -> None:
    """Date statements and set apart what lies before the main event.

    The nearest date of the sentence counts, else the one before it in the paragraph, else the main event's: that of the
    first told statement with a day, else the first day that headline and lead name, else the first of the top of the
    article. A day on which somebody spoke, mourned or was buried gives way to the main event's where that has its own.
    """
    spoken: dict[int, When] = {}
    _read(statements, published, spoken)
    revived = _take_the_past(statements)
    carried = _carried(statements, sentences, published)
    main = _main_day(statements, carried, spoken)
    main = _said_before(main, statements, carried, sentences, published) or main
    if main is None:
        said = next((spoken[id(s)] for s in statements if s.told and id(s) in spoken), None)
        main = _first_day(sentences, published)
        if main is None or _is_long_before(main, said):
            main = said or _first_day(sentences, published, sure=False) or _last_day(sentences, published)
    before: Statement | None = None  # the last one with a day of its own, or of the sentences before it
    for statement in statements:
        if statement.when is None and statement.scope is not Scope.CUMULATIVE and id(statement) not in spoken:
            statement.when = carried.get(id(statement))
            statement.dated = statement.when is not None
        own_day = statement.when is not None
        if statement.scope is Scope.INCIDENT and main is not None and main.start is not None:
            if statement.when is None and main.precision in _DAYS and (days := _days_off(statement)):
                day = main.start + timedelta(days=days)
                statement.when = When(start=day, end=day, precision=Precision.DAY)
            elif statement.when is None:
                told_on = before is not None and _tells_on(statement, before)
                later = spoken.get(id(statement))
                own = (
                    later is not None and later.start is not None and not main.start <= later.start < main.start + _LATE
                )
                if own:
                    statement.when = later
                else:
                    statement.when = before.when if told_on and before is not None else main
            elif id(statement) in revived:
                pass  # "pleaded guilty on Monday to wounding three in 2015"
            elif statement.when.end and statement.when.end < main.start - _APART:
                statement.scope = Scope.HISTORIC
            elif main.precision in _DAYS and statement.when.precision in _LONG_TIMES:
                charged = statement.single and _holds(statement.when, main.start)  # "charged in a May murder"
                statement.scope = statement.scope if charged else Scope.CUMULATIVE  # "45 people were killed in July"
        elif statement.when is None:
            statement.when = spoken.get(id(statement))
        if own_day:
            before = statement


def _holds(when: When, day: date) -> bool:
    """Tell whether a day lies in a longer time."""
    return when.start is not None and when.end is not None and when.start <= day <= when.end


def _tells_on(statement: Statement, before: Statement) -> bool:
    """Tell whether a statement follows in the paragraph of another, so soon that it can be of the same day."""
    near = 0 < statement.number - before.number <= _BACK or before.finding.at == statement.finding.at
    return near and before.sentence.paragraph == statement.sentence.paragraph


def _main_day(statements: Sequence[Statement], carried: dict[int, When], spoken: dict[int, When]) -> When | None:
    """Return the day of the first told statement that has one.

    Where that opens another story (``Meanwhile, three died on Saturday``) the day on which the first was told stands.
    """
    said: When | None = None
    for statement in statements:
        if not statement.told:
            continue
        day = statement.when or carried.get(id(statement))
        if day and day.end and day.precision in _DAYS:
            return said if said is not None and _ANOTHER_STORY.match(statement.sentence.text) else day
        telling = spoken.get(id(statement))
        if said is None and telling and telling.end and telling.precision in _DAYS:
            said = telling
    return None


def _is_long_before(day: When, said: When | None) -> bool:
    """Tell whether a day lies weeks before the one on which the harm was told: ``war broke out on 7 October 2023``."""
    return said is not None and said.start is not None and day.end is not None and day.end < said.start - _LATE


def _said_before(
    main: When | None,
    statements: Sequence[Statement],
    carried: dict[int, When],
    sentences: Sequence[Sentence],
    published: date | None,
) -> When | None:
    """Return the day of the blow that the text names before the first dated harm, where that lies further back.

    ``Jets bombed a market on 22 May, killing ...`` may leave its dead undated, and close with those of 21 May.
    """
    if main is None or main.start is None or published is None:
        return None
    first = next((s.number for s in statements if s.told and (s.when or carried.get(id(s))) == main), 0)
    for number, sentence in enumerate(sentences[: min(first, _TOP)]):
        if sentence.section not in TOLD or not _BLOW.search(sentence.text[:_LONG].lower()):
            continue
        day = _own_day(sentence, published)
        if day and day.start and day.precision in _DAYS and number < first - 1 and day.start <= published:
            fresh = published - day.start < _WEEK and main.start < published - _LATE
            return day if main.start < day.start and (fresh or day.start <= main.start + _APART) else None
    return None


def _read(statements: Sequence[Statement], published: date | None, spoken: dict[int, When]) -> None:
    """Give statements the dates of their sentences; those of a report go into ``spoken``, by identity."""
    by_sentence: dict[tuple[int, int], list[Statement]] = {}
    for statement in statements:
        by_sentence.setdefault((statement.number, statement.sentence.start), []).append(statement)
    for told in by_sentence.values():
        text = told[0].sentence.text
        tolls = [s for s in told if s.rule in ("toll", "reckoned")]
        found = [m for m in _dates_in(text, published) if m.when.start and not _is_dateline(told[0].sentence, m)]
        ever = [m for m in found if _since(text, m)]
        found = [m for m in found if m not in ever and not _of_count(text, m, tolls)]
        harmed = [s.bounds for s in told]
        sure = [m for m in found if _is_sure(text, m, harmed)]
        before: Statement | None = None
        for statement in told:
            statement.when = _nearest(statement, sure)
            if statement.scope is Scope.CUMULATIVE and statement.when is None:
                statement.when = _nearest(statement, ever)
            statement.dated = statement.when is not None
            if statement.when is None and (said := _nearest(statement, found)):
                spoken[id(statement)] = said
            if before is not None and before.finding.at == statement.finding.at:
                statement.when, statement.dated = (
                    before.when,
                    before.dated,
                )  # "the killing of Ana Ruiz and her son on 9 May"
            before = statement


def _carried(statements: Sequence[Statement], sentences: Sequence[Sentence], published: date | None) -> dict[int, When]:
    """Return the days that statements take from the sentences before them, by identity.

    "A convoy was ambushed on Thursday. Ten soldiers died." Only sentences of the same paragraph give one, the last few
    of them, back to the statement before; and whichever stands right before one that takes up its attack.
    """
    found: dict[int, When] = {}
    before: Statement | None = None
    days: dict[int, When | None] = {}
    for statement in statements:
        sentence = statement.sentence
        if (day := _day_taken_up(statement, sentences, published)) is not None:
            found[id(statement)], before = day, statement
            continue
        for number in range(statement.number - 1, max(-1, statement.number - 1 - _BACK), -1):
            other = sentences[number]
            if (other.field, other.paragraph) != (sentence.field, sentence.paragraph):
                break
            if before is not None and before.number >= number:
                break
            if number not in days:
                days[number] = _own_day(other, published)
            if (day := days[number]) is not None:
                found[id(statement)] = day
                break
        before = statement
    return found


def _day_taken_up(statement: Statement, sentences: Sequence[Sentence], published: date | None) -> When | None:
    """Return the day of an attack named in passing: "... of a bombing in May. The bombing, which killed nine, ..."."""
    taken_up = _TAKES_UP.match(statement.sentence.text)
    other = sentences[statement.number - 1] if statement.number else None
    if taken_up is None or other is None or other.field != statement.sentence.field:
        return None
    text = other.text[:_LONG]
    named = [m.start() for m in re.finditer(rf"\ban? (?:[\w-]+ ){{0,3}}{taken_up['noun']}\b", text)]
    days = [m for m in _dates_in(text, published) if named and m.start > named[-1] and not _since(text, m)]
    return min(days, key=lambda m: m.start).when if days else None


def _own_day(sentence: Sentence, published: date | None) -> When | None:
    text = sentence.text[:_LONG]
    given = [m for m in _dates_in(text, published) if m.when.start and not _since(text, m) and _is_sure(text, m, ())]
    given = [m for m in given if not _is_dateline(sentence, m)]
    return given[-1].when if given else None


def _is_dateline(sentence: Sentence, mention: DateMention) -> bool:
    """Tell the day of a dateline, on which the article was written: ``KYIV, 14 May 2025 - ...``."""
    if sentence.field != "text" or sentence.start > _TOP_CHARS or mention.end > _OPENING:
        return False
    return bool(_TOWN.match(sentence.text[: mention.start]) and _DASH.match(sentence.text[mention.end :]))


def _is_sure(text: str, mention: DateMention, harmed: Sequence[tuple[int, int]]) -> bool:
    """Tell whether a day is the harm's own: no word of a statement or of mourning stands nearer to it."""
    start, end = mention.start, mention.end
    lead, tail = text[max(0, start - _BEFORE) : start].lower(), text[end : end + _BEHIND].lower()
    lead = lead[max(map(lead.rfind, ",;:")) + 1 :]
    tail = tail[: min((k for k in map(tail.find, ",;:") if k >= 0), default=len(tail))]
    around = [len(lead) - m.end() for m in _AFTERWARDS.finditer(lead)] + [m.start() for m in _AFTERWARDS.finditer(tail)]
    if not around:
        return True
    near = [len(lead) - m.end() for m in _BLOW.finditer(lead)] + [m.start() for m in _BLOW.finditer(tail)]
    near += [start - b if b <= start else max(0, a - end) for a, b in harmed if text[end:a] != " for "]
    return min(near, default=999) <= min(around)


def _of_count(text: str, mention: DateMention, tolls: Sequence[Statement]) -> bool:
    """Tell the day on which a toll was given: it stands before it or behind its figure, ``rose to 25 on Sunday``.

    A day that stands with the blow is not meant: "died of wounds of Friday's attack, which brought the toll to 37".
    """
    before = text[max(0, mention.start - _CLAUSE) : mention.start]
    if tolls and _ROSE_ON.search(before):
        return True
    if _BLOW.search(before.lower()):
        return False
    told = mention.when.precision in _DAYS  # "last March, attacks had a toll of 40"
    return told and any(mention.end <= s.bounds[0] or mention.start >= s.bounds[1] for s in tolls)


def _days_off(statement: Statement) -> int:
    """Return by how many days the words before a statement put it off: ``a day after missiles killed three``."""
    start = statement.bounds[0]
    led = _LATER.search(statement.sentence.text[max(0, start - 2 * _CLAUSE) : start].lower())
    if led is None:
        return 0
    days = _DAY_NUMBERS.get(led["n"]) or int(led["n"])
    if led["way"] in ("after", "before"):  # a day after the missiles: these came a day earlier
        if led["n"] == "the" or "," in led["rest"].removesuffix(", "):
            return -days if led["way"] == "before" and led["n"] == "the" and led["rest"][:1] in (",", " ") else 0
        return -days if led["way"] == "after" else days
    return days if led["way"] == "later" else -days


def _since(text: str, mention: DateMention) -> bool:
    """Tell a day that only bounds the time of a harm: ``since Monday``, ``as of 3 May``, ``were missing by Friday``."""
    if text[mention.start : mention.end].lower().startswith("since") or is_since_begun(text, mention.start):
        return True
    begun = mention.when.precision is Precision.YEAR and not text.startswith((", when", " when"), mention.end)
    if begun and _SINCE_THEN.search(text, max(0, mention.start - _CLAUSE), mention.start):
        return True  # "the deadliest attack since violence erupted in the country in 2015"
    before = text[max(0, mention.start - _CLAUSE) : mention.start]
    if _BORN.search(before) or (
        text[mention.start : mention.end].lower().startswith("this") and _RANKED.search(before)
    ):
        return True
    bounds = _UP_TO.search(text[max(0, mention.start - 12) : mention.start])
    return bounds is not None and text[mention.end : mention.end + 1] not in _APOSTROPHES


def _nearest(statement: Statement, mentions: Sequence[DateMention]) -> When | None:
    """Return the nearest date; one that another clause has before the statement stands back."""
    start, end = statement.bounds
    text = statement.sentence.text

    def distance(mention: DateMention) -> int:
        away = max(mention.start - end, start - mention.end, 0)
        between = text[mention.end : start] if mention.end < start else ""
        return away + _CLAUSE * (" and " in between or ", " in between) + 2 * _CLAUSE * (";" in between)

    mentions = [m for m in mentions if ";" not in text[end : m.start]]
    if statement.scope is not Scope.CUMULATIVE:
        mentions = [m for m in mentions if not is_told_aside(text, m.start, m.end, start)]
    mentions = [m for m in mentions if not _OF_ANOTHER.search(text, end, max(end, m.start))]
    nearest = min(mentions, key=distance, default=None)
    return nearest.when if nearest else None


def _first_day(sentences: Sequence[Sentence], published: date | None, *, sure: bool = True) -> When | None:
    """Return the first day that headline and lead name, else that of the first sentences."""
    for sections in ((Section.HEADLINE, Section.LEAD), (Section.BODY,)):
        for sentence in sentences[:_TOP]:
            if sentence.section in sections:
                text = sentence.text[:_LONG]
                for mention in _dates_in(text, published):
                    fits = mention.when.precision in _DAYS and mention.when.start and not _since(text, mention)
                    if fits and (not sure or (_is_sure(text, mention, ()) and not _is_dateline(sentence, mention))):
                        return mention.when
    return None


def _last_day(sentences: Sequence[Sentence], published: date | None) -> When | None:
    """Return a day just before publication that an article names further down: ``Background: on 15 March, ...``."""
    if published is None:
        return None
    for sentence in sentences[_TOP:_MOST]:
        if sentence.section is Section.BODY:
            text = sentence.text[:_LONG]
            for mention in _dates_in(text, published):
                day = mention.when.start if mention.when.precision in _DAYS else None
                fresh = day is not None and published - _APART <= day <= published
                if fresh and not _since(text, mention) and _is_sure(text, mention, ()):
                    return mention.when
    return None


def _take_the_past(statements: Sequence[Statement]) -> set[int]:
    """Take the past for the incident where an article has no other, a trial, an anniversary; return what was taken."""
    told = [s for s in statements if s.sentence.section in TOLD and s.finding.status is ClaimStatus.REPORTED]
    top = [s for s in told if s.sentence.section is not Section.BODY]
    summed = told and told[0].scope is Scope.CUMULATIVE and not any(s.scope is Scope.INCIDENT for s in told)
    past = told and told[0].scope is Scope.HISTORIC and not any(s.scope is Scope.INCIDENT for s in top)
    taken: set[int] = set()
    if not (past or summed):
        return taken
    past_ones = [s for s in told if s.scope is Scope.HISTORIC]
    many = any((s.finding.count.best or s.finding.count.min or 0) > _BLOW_OF_OLD for s in past_ones)
    if summed and (many or len({s.when for s in past_ones}) != 1):
        return taken  # several events of a war or a series
    year = _year(told[0].when)
    for statement in statements:
        if statement.scope is Scope.HISTORIC and (_year(statement.when) or year) == year:
            statement.scope = Scope.INCIDENT
            taken.add(id(statement))
    return taken


def _year(when: When | None) -> int | None:
    return when.start.year if when and when.start else None
