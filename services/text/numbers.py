"""Numbers in news English: how many, as the source words it, and what is no count at all.

A sentence is cut into tokens once; at each token a small descent tries a number (digits, words, dozens, fractions),
then a range, then the qualifier before or behind it. Ages, dates, times, money, measures, model names and addresses
are passed over. Linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from contracts.spans import Count, Qualifier

Q = Qualifier


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ONES = {
    word: value
    for value, word in enumerate(
        (
            *(
                "zero",
                "one",
                "two",
                "three",
                "four",
                "five",
                "six",
                "seven",
                "eight",
                "nine",
                "ten",
                "eleven",
                "twelve",
            ),
            *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
        )
    )
}
_TENS = {
    word: 10 * (value + 2)
    for value, word in enumerate(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"))
}
_ONES |= {ten + one: n + m for ten, n in _TENS.items() for one, m in tuple(_ONES.items())[1:10]}  # "thirtythree"
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_GROUPS = {"dozen": 12, "score": 20, "hundred": 100, "couple": 2, **_SCALES}
_PLURALS = {
    "dozens": (24, Q.DOZENS),
    "scores": (40, Q.SCORES),
    "tens": (20, Q.DOZENS),
    "hundreds": (200, Q.HUNDREDS),
    "thousands": (2000, Q.THOUSANDS),
    "millions": (2_000_000, Q.THOUSANDS),
}
_VAGUE = {
    "several": Q.SEVERAL,
    "few": Q.SEVERAL,
    "many": Q.SOME,
    "numerous": Q.SOME,
    "countless": Q.SOME,
    "multiple": Q.SEVERAL,
}
_NUMBER_WORDS = (
    frozenset(_ONES)
    | frozenset(_TENS)
    | frozenset(_GROUPS)
    | frozenset(_PLURALS)
    | frozenset(_VAGUE)
    | {"half", "quarter"}
)

# Longest first: what stands before a number, and what it makes of it.
_BEFORE: tuple[tuple[tuple[str, ...], Qualifier], ...] = tuple(
    sorted(
        (
            (tuple(words.split()), qualifier)
            for qualifier, phrases in {
                Q.AT_LEAST: "at least|no fewer than|not fewer than|no less than|not less than|a minimum of|minimum of|"
                "at the very least|a total of at least",
                Q.MORE_THAN: "more than|greater than|over|well over|upwards of|upward of|in excess of|exceeding|above|"
                "well more than|not just|far more than|much more than|just over|a little over|slightly more than",
                Q.UP_TO: "as many as|as high as|up to|no more than|not more than|at most|a maximum of|maximum of|"
                "as much as",
                Q.FEWER_THAN: "fewer than|less than|under|just under|below",
                Q.ABOUT: "about|around|approximately|roughly|some|an estimated|estimated|nearly|almost|close to|"
                "an estimated total of|approaching|"
                "at about|approx|circa|an approximate|almost all|perhaps|maybe|somewhere around|in the region of|"
                "virtually|practically|reportedly about",
            }.items()
            for words in phrases.split("|")
        ),
        key=lambda pair: -len(pair[0]),
    )
)
_BEFORE_LAST = {last: [b for b in _BEFORE if b[0][-1] == last] for last in {words[-1] for words, _ in _BEFORE}}

_PEOPLE = _set(
    "people persons men women children civilians soldiers troops fighters militants policemen officers villagers"
)
_IN_A_MONTH = _set("in since during early late mid last this of")
_MONTHS = _set(
    "january february march april may june july august september october november december jan feb mar "
    "apr jun jul aug sep sept oct nov dec"
)
# A number before one of these measures something else than people.
_UNITS = _set(
    "mm cm m km kg g lb lbs ft kilometre kilometres kilometer kilometers km2 mile miles metre metres "
    "meter meters foot feet inch inches yard yards centimetre centimetres centimeters millimetre "
    "millimetres millimeters millimeter calibre caliber gauge ton tons tonne tonnes kilogram kilograms "
    "kilo kilos pound pounds litre litres gallon gallons barrel barrels acre acres hectare hectares "
    "degree degrees mph kph knots year years yr yrs month months week weeks day days hour hours minute "
    "minutes second seconds decade decades century centuries a.m p.m am pm o'clock oclock gmt est hrs "
    "percent per pc percentage dollar dollars euro euros cent cents peso pesos hryvnia hryvnias hryvnya "
    "ruble rubles rouble roubles usd eur shekel shekels storey storeys story stories floor floors bedroom "
    "watt kw mw gw mwh volts points times x % ° $ € £"
)
_BARRELS = _set("barrel barrels")  # a measure, save that barrel bombs are counted
_BOMBS = _set("bomb bombs")
_MONEY = _set("$ € £ ₴ ₽ ¥ us$ usd eur uah rs")
# A number behind one of these names a thing, a day, a place or an age.
_LABELS = _set(
    "day no number nr aged age ages page chapter article section route highway interstate hwy room "
    "apartment apt flat suite building block floor gate terminal line level unit area zone district "
    "precinct channel type model version phase stage resolution protocol flight bus train figure volume "
    "grade top world step part road street mile exit pier camp sector paragraph aisle week year image "
    "photo slide id ids ref"
)
_TIMES = _set("day week year")  # a label ("day 40"), unless one says which: "in the past week 40 people"
_WHICH = _set("past last this previous same next each every per a one")
_YOUNG_OR_OLD = _set("under over above below")
_OF_AN_AGE = _set(
    "children kids pupils students boys girls teenagers minors youths people men women males females adults those"
)
_STREETS = _set("street st avenue ave road rd boulevard blvd drive lane court place highway block terrace parkway pkwy")
_RISES = _set(
    "rise rises rose risen rising climb climbs climbed climbing jump jumped increase increased increasing "
    "grew grow grown went revised up fell dropped down raised raising"
)
_HANDED = _set("hand hands handed handing turn turns turned turning took takes take taking run runs ran running")
_OPENS_FRACTION = frozenset({"a", "one", "half", "quarter", "three"})
_ARTICLES, _COUNTED = ("a", "an"), frozenset(_GROUPS) | {"few", "several", "half", "quarter"}  # "a dozen"
_OPENERS = _NUMBER_WORDS.union(_ARTICLES)
_DASHES = frozenset("-–—‒−")
_NO_NUMBER_AFTER_ONE = _set("another day night morning evening point time side hand thing of-a-kind")

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|[^\w\s]|_")
_MAX_DIGITS = 12
_TOLD = ("toll", "number", "dead", "killed", "injured", "wounded", "count", "total")
_AGE_LINKS = frozenset((",", "and", "of", "to", "-", "–"))
_OLDEST = 120
_MAX_LIST = 12  # tokens of a list of ages
_MAX_BARE = 7  # so many figures without a separator are a register's number


class Token(NamedTuple):
    """A word, a figure or a sign: ``text[start:end]``, and the same folded to lower case."""

    start: int
    end: int
    lower: str


@dataclass(frozen=True, slots=True)
class Number:
    """A count and its words, qualifier included: ``text[start:end]``; ``figure`` is where the bare number begins."""

    start: int
    end: int
    count: Count
    figure: int


class _Value(NamedTuple):
    """A bare number over ``tokens[first:last]``."""

    last: int
    best: int | None
    low: int | None
    high: int | None
    qualifier: Qualifier


def tokenize(text: str) -> list[Token]:
    """Cut a text into words, figures and signs, with offsets."""
    lowered, make = text.lower(), tuple.__new__  # as Token itself makes them, in half the time
    if len(lowered) != len(text):  # a capital of two small letters: "İ"
        return [Token(m.start(), m.end(), m.group().lower()) for m in _TOKEN.finditer(text)]
    return [make(Token, (m.start(), m.end(), m.group())) for m in _TOKEN.finditer(lowered)]


def find_numbers(text: str, tokens: list[Token] | None = None) -> list[Number]:
    """Find the counts of a sentence, in order and without overlap.

    ``tokens`` are those of ``tokenize(text)``, where the caller has them already. Ages, dates, times, money, measures,
    percentages, model names, ordinals and addresses are no counts.
    """
    tokens = tokenize(text) if tokens is None else tokens
    found: list[Number] = []
    behind = floor = 0
    for at in [k for k, token in enumerate(tokens) if token.lower in _OPENERS or token.lower[0].isdigit()]:
        if at < behind or (tokens[at].lower in _ARTICLES and _word(tokens, at + 1) not in _COUNTED):
            continue
        value = _range(text, tokens, at)
        if value is None:
            continue
        behind = value.last
        if not _is_count(text, tokens, at, value):
            continue
        first, value = _qualified(tokens, at, floor, value)
        count = Count(best=value.best, min=value.low, max=value.high, qualifier=value.qualifier)
        found.append(Number(tokens[first].start, tokens[value.last - 1].end, count, tokens[at].start))
        behind = floor = value.last
    return found


def may_count(words: Iterable[str]) -> bool:
    """Tell whether there is a word or a figure in small letters that a count is made of."""
    return any(word in _NUMBER_WORDS or word[0].isdigit() for word in words)


def _word(tokens: list[Token], at: int) -> str:
    return tokens[at].lower if 0 <= at < len(tokens) else ""


def _glued(tokens: list[Token], at: int) -> bool:
    """Tell whether a token follows its neighbour without a space."""
    return 0 < at < len(tokens) and tokens[at - 1].end == tokens[at].start


def _digits(text: str, tokens: list[Token], at: int) -> tuple[int, float] | None:
    """Read figures: 17, 1,600, 10.000, 500 000, 1.5 million, 60k. Returns the token behind them and the value."""
    raw = tokens[at].lower
    if len(raw) > _MAX_DIGITS + 4 or not raw.isascii():
        return None
    last = at + 1
    groups = [raw] if raw.isdecimal() else re.split(r"[.,]", raw)
    thousands = len(groups) > 1 and len(groups[0]) <= 3 and all(len(g) == 3 for g in groups[1:]) and groups[0] != "0"
    if thousands:
        value = float("".join(groups))
    elif len(groups) == 1:
        value = float(raw)
        while len(raw) <= 3 and raw[0] != "0" and len(_word(tokens, last)) == 3 and tokens[last].lower.isdecimal():
            if text[tokens[last - 1].end : tokens[last].start] not in (" ", "\xa0", "\u202f", "\u2009"):
                break
            value = value * 1000 + int(tokens[last].lower)
            last += 1
    elif len(groups) == 2 and "." in raw:
        value = float(raw)
    else:
        return None
    scale = _SCALES.get(_word(tokens, last)) or (1000 if _word(tokens, last) == "k" and _glued(tokens, last) else None)
    if scale is None and _word(tokens, last) in ("hundred", "dozen"):
        scale = _GROUPS[tokens[last].lower]
    if scale:
        value, last = value * scale, last + 1
    elif value != int(value) or (len(groups) == 2 and "." in raw and not thousands):
        return None
    return last, value


def _words(tokens: list[Token], at: int) -> tuple[int, float] | None:  # noqa: C901
    """Read a cardinal in words: seventeen, one hundred and five, two and a half million, a quarter of a million."""
    fraction = _fraction(tokens, at)
    if fraction:
        return fraction
    total = current = 0
    last, seen, room = at, False, 10**12  # room: what still fits behind the last word
    while True:
        word = _word(tokens, last)
        joined = last > at and word in ("-", "and") and seen
        look = last + 1 if joined else last
        word = _word(tokens, look)
        if joined and tokens[last].lower == "and" and room not in (100, 1000, 10**6, 10**9):
            break
        if word in _ONES and _ONES[word] < room and (room != 100 or _ONES[word]):
            current, room = current + _ONES[word], 1
        elif word in _TENS and _TENS[word] < room and not (joined and tokens[last].lower == "-"):
            current, room = current + _TENS[word], 10
        elif word == "hundred" and 0 < current < 100 and not joined:
            current, room = current * 100, 100
        elif word in _SCALES and seen and not joined and current:
            total, current, room = total + current * _SCALES[word], 0, _SCALES[word]
        elif word == "dozen" and seen and not joined and not total:
            return look + 1, current * 12
        elif word == "score" and seen and not joined and not total:
            return look + 1, current * 20
        elif word in ("a", "an") and not seen and _word(tokens, look + 1) in _GROUPS:
            group = tokens[look + 1].lower
            if group in ("dozen", "couple", "score"):
                return look + 2, _GROUPS[group]
            current = 1
        else:
            break
        last, seen = look + 1, True
    return (last, total + current) if seen else None


def _fraction(tokens: list[Token], at: int) -> tuple[int, float] | None:
    if _word(tokens, at) not in _OPENS_FRACTION:
        return None
    words = [_word(tokens, at + k) for k in range(6)]
    if words[0] in ("a", "one") and words[1] in ("half", "quarter"):
        words = words[1:]
        at += 1
    share = {"half": 0.5, "quarter": 0.25}.get(words[0])
    if words[0] == "three" and words[1] == "quarters":
        share, words, at = 0.75, words[1:], at + 1
    if share is None:
        return None
    at += 1
    words = words[1:]
    if words[0] == "of":
        words, at = words[1:], at + 1
    if words[0] in ("a", "an") and words[1] in _GROUPS:
        return at + 2, share * _GROUPS[words[1]]
    if words[0] in _GROUPS:
        return at + 1, share * _GROUPS[words[0]]
    return None


def _plain(text: str, tokens: list[Token], at: int) -> _Value | None:  # noqa: PLR0911
    """Read one number without range and qualifier."""
    word = _word(tokens, at)
    if not word:
        return None
    if word in ("a", "an") and _word(tokens, at + 1) in ("few", "several"):
        word, at = tokens[at + 1].lower, at + 1
    if word in _PLURALS:
        low, qualifier = _PLURALS[word]
        if _word(tokens, at + 1) == "of" and _word(tokens, at + 2) in ("thousands", "millions", "hundreds"):
            low = (low // 2) * _PLURALS[tokens[at + 2].lower][0]
            return _Value(at + 3, None, low, None, _PLURALS[tokens[at + 2].lower][1])
        return _Value(at + 1, None, low, None, qualifier)
    if word in _VAGUE:
        if word in ("many", "few") and _word(tokens, at - 1) in ("as", "how", "so", "that", "too", "than"):
            return None
        group = _word(tokens, at + 1)
        if group in ("dozen", "hundred", "thousand"):
            return _Value(at + 2, None, 2 * _GROUPS[group], None, _PLURALS[group + "s"][1])
        return _Value(at + 1, None, 2, None, _VAGUE[word])
    read = _digits(text, tokens, at) if word[0].isdigit() else _words(tokens, at)
    if read is None or read[1] != int(read[1]) or read[1] >= 10**_MAX_DIGITS:
        return None
    value = int(read[1])
    return _Value(read[0], value, value, value, Q.EXACT)


def _range(text: str, tokens: list[Token], at: int) -> _Value | None:
    """Read a number or a range of two."""
    first = _plain(text, tokens, at)
    if first is None or first.best is None:
        return first
    link, before = _word(tokens, first.last), _word(tokens, at - 1)
    if link in _DASHES and _glued(tokens, at) and _word(tokens, at - 1) in _DASHES:
        return first
    linked = (
        link in _DASHES
        or (link == "to" and not (before == "from" and _word(tokens, at - 2) in _RISES))
        or link == "or"
        or (link == "and" and before == "between")
    )
    if not linked:
        return first
    second = _plain(text, tokens, first.last + 1)
    if second is None or second.best is None or second.best <= first.best:
        return first
    if link == "or" and second.best > 2 * first.best + 1:
        return first
    return _Value(second.last, None, first.best, second.best, Q.RANGE)


def _is_count(text: str, tokens: list[Token], at: int, value: _Value) -> bool:  # noqa: C901, PLR0911, PLR0912
    """Tell a count from an age, a date, a time, money, a measure, a model name or an address."""
    figure, before, after = tokens[at].lower, _word(tokens, at - 1), _word(tokens, value.last)
    if (
        len(after) == 1
        and after.isalpha()
        and _word(tokens, value.last + 1)[:1].isdigit()
        and _glued(tokens, value.last + 1)
    ):
        after = ""  # "31 M1 tanks": a designation, no metres
    if before in ("between", "from") and _word(tokens, at - 2) in ("aged", "ages", "age"):
        return False
    if before in _YOUNG_OR_OLD and _word(tokens, at - 2) in _OF_AN_AGE and 0 < (value.best or 0) <= _OLDEST:
        return False  # "29 children under 15"
    if value.best is None and value.low is not None and not figure[0].isdigit():
        return not (after in _UNITS and after != "times")
    if after in _DASHES and _glued(tokens, value.last):
        behind = _word(tokens, value.last + 1)
        if behind in _UNITS or behind in ("year", "years", "month", "day", "week", "man", "member", "strong", "th"):
            return False
        if figure[0].isdigit() and _glued(tokens, value.last + 1):
            return False
    if after in _UNITS or (after in ("a", "p") and _word(tokens, value.last + 2) == "m"):
        return after in _BARRELS and _word(tokens, value.last + 1 + (_word(tokens, value.last + 1) == "-")) in _BOMBS
    if after == "'" and _glued(tokens, value.last):
        return False
    if figure[0].isdigit():
        if (
            before in _MONEY
            or (before == "#")
            or (before in _DASHES and before != "—" and _glued(tokens, at) and _glued(tokens, at - 1))
        ):
            return False
        if _glued(tokens, at) and (before.isalnum() or before in ("'", "’", "/", ":", ".", "_", "@")):
            return False
        if _glued(tokens, value.last) and (after.isalpha() or after in ("/", ":", "_", "%")) and after != "k":
            return False
        timed = before in _TIMES and _word(tokens, at - 2) in _WHICH
        if after == "+" or (before in _LABELS and before != "number" and not timed):
            return after == "+"
        whole = (
            after in _PEOPLE and len(figure) < 4 and _word(tokens, at - 2) in _IN_A_MONTH
        )  # "in August 73 people died"
        if (before in _MONTHS and not whole) or (after in _MONTHS and (value.best or 0) <= 31):
            return False
        if before == "." and _glued(tokens, at - 1) and _word(tokens, at - 2) in _MONTHS and (value.best or 0) <= 31:
            return False  # "on Sept. 3"
        if (
            value.best is not None
            and value.best in range(1900, 2100)
            and "," not in text[tokens[at].start : tokens[at].end]
        ):
            return before not in (
                "in",
                "since",
                "of",
                "by",
                "until",
                "from",
                "to",
                ",",
                "early",
                "late",
                "(",
                "and",
                "during",
                "",
            ) and (after not in (",", ".", "", ")", ";") or before in ("killed", "than", "least"))
        if _is_age(text, tokens, at, value) or (len(figure) >= _MAX_BARE and figure.isdecimal()):
            return False
        return not _is_address(text, tokens, value)
    if before in ("aged", "age") or (figure == "one" and after in _NO_NUMBER_AFTER_ONE):
        return False
    return not (figure == "one" and before in ("no", "any", "every", "some", "each"))


def _is_age(text: str, tokens: list[Token], at: int, value: _Value) -> bool:  # noqa: PLR0911
    """``Name, 30, ...`` and ``Name (30)``: an age, if a capital stands before the comma."""
    before, after = _word(tokens, at - 1), _word(tokens, value.last)
    if value.best is None or value.best > _OLDEST or at < 2:
        return False
    if (before, after) == ("(", ")"):
        return True
    pair = after == "and" and _word(tokens, value.last + 1).isdecimal() and _word(tokens, value.last + 2) == ","
    second = before == "and" and after == "," and _word(tokens, at - 2).isdecimal() and _word(tokens, at - 3) == ","
    if (before == "," and pair) or second:
        return True  # "two boys, 14 and 15, were hurt"
    if (before, after) == (",", ","):
        return not (tokens[at - 2].lower[0].isdigit() or _word(tokens, value.last + 1)[:1].isdigit())
    name = text[tokens[at - 2].start : tokens[at - 2].end]
    named = name[0].isupper() and tokens[at - 2].lower not in _NUMBER_WORDS
    if before in ("was", "is", "turned") and after in (",", ".", "when", "years"):
        told = any(_word(tokens, at - k) in _TOLD for k in range(2, 8))
        if not told:
            return True  # "who was 16, died"
    if before in _AGE_LINKS:  # "ages 20 and 31", "between the ages of 11 and 25"
        left = at - 1
        while at - left < _MAX_LIST and (_word(tokens, left) in _AGE_LINKS or _word(tokens, left).isdecimal()):
            left -= 1
        if _word(tokens, left) in ("ages", "aged", "age"):
            return True
    return (
        before == ","
        and named
        and not _is_some_of(text, tokens, value)
        and (after in (".", "", ";", ")", "and", "of", "from", "was", "were") or after in _DASHES)
    )


def _is_some_of(text: str, tokens: list[Token], value: _Value) -> bool:
    """Tell ``, 15 of whom died`` and ``IN THE RAID, 12 WERE HURT`` from ages: in capitals no word shows a name."""
    after = _word(tokens, value.last)
    if after == "of":
        return _word(tokens, value.last + 1) in ("whom", "them", "those", "these")
    return after.isalpha() and text[tokens[value.last].start : tokens[value.last].end].isupper()


def _is_address(text: str, tokens: list[Token], value: _Value) -> bool:
    """``1200 block of``, ``425 Main Street``: the number of a house."""
    for step in range(4):
        at = value.last + step
        word = _word(tokens, at)
        if word in _STREETS:
            return word != "block" or step < 2
        if not word or not (text[tokens[at].start].isupper() or text[tokens[at].start].isdigit() or word == "."):
            return False
    return False


def _qualified(tokens: list[Token], at: int, floor: int, value: _Value) -> tuple[int, _Value]:
    """Add the qualifier before the number, or the one behind it. Never reaches behind ``floor``, the last number."""
    first = at
    if _word(tokens, at - 1) in ("between", "from") and value.qualifier is Q.RANGE and at > floor:
        first = at - 1
    qualifier: Qualifier | None = None
    before = _word(tokens, first - 1)
    handed = before == "over" and _word(tokens, first - 2) in _HANDED  # "will hand over 18 jets"
    if before in _BEFORE_LAST and not handed:
        for words, candidate in _BEFORE_LAST[before]:
            start = first - len(words)
            if start >= floor and all(tokens[start + k].lower == w for k, w in enumerate(words)):
                first, qualifier = start, candidate
                break
    after, then = _word(tokens, value.last), _word(tokens, value.last + 1)
    if after == "+" and _glued(tokens, value.last):
        value, qualifier = value._replace(last=value.last + 1), Q.AT_LEAST
    elif after == "or" and then in ("more", "so", "fewer", "less"):
        value = value._replace(last=value.last + 2)
        qualifier = {"more": Q.AT_LEAST, "so": Q.ABOUT}.get(then, Q.UP_TO)
    if qualifier is None:
        return first, value
    best, low, high = value.best, value.low, value.high
    if value.best is None:  # "at least several", "more than 10 to 15": the bounds of the number itself hold
        if qualifier in (Q.AT_LEAST, Q.MORE_THAN) and value.qualifier is Q.RANGE:
            return first, value._replace(high=None)
        return first, value
    bounds = {
        Q.AT_LEAST: (low, None),
        Q.MORE_THAN: ((low or 0) + 1, None),
        Q.UP_TO: (None, high),
        Q.FEWER_THAN: (None, max((high or 0) - 1, 0)),
        Q.ABOUT: (None, None),
    }
    low, high = bounds[qualifier]
    return first, _Value(value.last, best, low, high, qualifier)
