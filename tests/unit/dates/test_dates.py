from __future__ import annotations

import re
import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.article import RawArticle
from contracts.spans import Precision, When
from services.text.dates import find_dates
from services.text.published import dateline, reference_day

THURSDAY = date(2024, 3, 21)
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAYS = st.dates(date(1988, 1, 1), date(2035, 12, 31))


def read(text: str, published: date | None = THURSDAY) -> list[tuple[str, str, str, str]]:
    """Return phrase, first day, last day and precision of each mention."""
    return [
        (text[m.start : m.end], str(m.when.start), str(m.when.end), m.when.precision.value)
        for m in find_dates(text, published)
    ]


@pytest.mark.parametrize(
    ("text", "phrase", "day"),
    [
        ("It fell on March 21, 2024, at dawn.", "March 21, 2024", "2024-03-21"),
        ("the 3rd of May 2023", "3rd of May 2023", "2023-05-03"),
        ("ceasefire talks on 28 March", "28 March", "2024-03-28"),
        ("a strike on 24 December", "24 December", "2023-12-24"),
        ("on Thursday", "Thursday", "2024-03-21"),
        ("shelled hours ago", "hours ago", "2024-03-21"),
        ("on Friday", "Friday", "2024-03-15"),
        ("early Thursday", "early Thursday", "2024-03-21"),
        ("last Thursday", "last Thursday", "2024-03-14"),
        ("next Monday", "next Monday", "2024-03-25"),
        ("Sunday's raid", "Sunday", "2024-03-17"),
        ("Tues., March 19", "Tues., March 19", "2024-03-19"),
        ("on Saturday, Nov. 18", "Saturday, Nov. 18", "2023-11-18"),
        ("killed yesterday", "yesterday", "2024-03-20"),
        ("this morning", "this morning", "2024-03-21"),
        ("three days ago", "three days ago", "2024-03-18"),
        ("updated 2024-03-19", "2024-03-19", "2024-03-19"),
        ("as of 21.03.2024", "21.03.2024", "2024-03-21"),
        ("as of 03/04/2023", "03/04/2023", "2023-04-03"),
        ("as of 03/21/2024", "03/21/2024", "2024-03-21"),
        ("as of 03/04/2024", "03/04/2024", "2024-03-04"),
        ("PEASANTS WERE KIDNAPPED ON 30 DECEMBER IN THE NORTH", "30 DECEMBER", "2023-12-30"),
        ("BOGOTA, 03 FEB 1989 --", "03 FEB 1989", "1989-02-03"),
        ("BOGOTA, 3 FEB 89 (AGENCY)", "3 FEB 89", "1989-02-03"),
        ("on day 750 of Russia's war", "day 750", "2024-03-14"),
        ("the 750th day of the war in Ukraine", "750th day of", "2024-03-14"),
        ("29 February", "29 February", "2024-02-29"),
        ("the 7\nMarch attack", "7\nMarch", "2024-03-07"),
    ],
)
def test_days(text: str, phrase: str, day: str) -> None:
    assert read(text) == [(phrase, day, day, "day")]


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("an overnight barrage", "2024-03-21", "2024-03-21", "night"),
        ("on Wednesday night", "2024-03-20", "2024-03-20", "night"),
        ("last night", "2024-03-20", "2024-03-20", "night"),
        ("overnight on Wednesday", "2024-03-20", "2024-03-20", "night"),
        ("overnight into Thursday", "2024-03-21", "2024-03-21", "night"),
        ("the night of 19 March", "2024-03-19", "2024-03-19", "night"),
        ("the night of March 12-13", "2024-03-12", "2024-03-13", "night"),
        ("Wednesday night into Thursday", "2024-03-20", "2024-03-21", "night"),
        ("last week", "2024-03-11", "2024-03-17", "week"),
        ("this week", "2024-03-18", "2024-03-24", "week"),
        ("two weeks ago", "2024-03-04", "2024-03-10", "week"),
        ("over the weekend", "2024-03-16", "2024-03-17", "range"),
        ("last weekend", "2024-03-16", "2024-03-17", "range"),
        ("over the past day", "2024-03-20", "2024-03-21", "range"),
        ("in the last 48 hours", "2024-03-19", "2024-03-21", "range"),
        ("over the last two weeks", "2024-03-07", "2024-03-21", "range"),
        ("a few days ago", "2024-03-15", "2024-03-19", "range"),
        ("last month", "2024-02-01", "2024-02-29", "month"),
        ("in July", "2023-07-01", "2023-07-31", "month"),
        ("last March", "2023-03-01", "2023-03-31", "month"),
        ("in May last year", "2023-05-01", "2023-05-31", "month"),
        ("in January of this year", "2024-01-01", "2024-01-31", "month"),
        ("in mid-February", "2024-02-01", "2024-02-29", "month"),
        ("in July 2022", "2022-07-01", "2022-07-31", "month"),
        ("in 2014", "2014-01-01", "2014-12-31", "year"),
        ("last year", "2023-01-01", "2023-12-31", "year"),
        ("ten years ago", "2014-01-01", "2014-12-31", "year"),
        ("since February 2022", "2022-02-01", "2024-03-21", "range"),
        ("since Monday", "2024-03-18", "2024-03-21", "range"),
        ("from 3 to 5 May 2023", "2023-05-03", "2023-05-05", "range"),
        ("on 3-5 May 2023", "2023-05-03", "2023-05-05", "range"),
        ("between March 3 and March 5", "2024-03-03", "2024-03-05", "range"),
        ("from December 30 to January 2, 2023", "2022-12-30", "2023-01-02", "range"),
        ("from Monday to Wednesday", "2024-03-18", "2024-03-20", "range"),
        ("between October 2023 and February 2024", "2023-10-01", "2024-02-29", "range"),
        ("between 2014 and 2018", "2014-01-01", "2018-12-31", "range"),
    ],
)
def test_stretches(text: str, start: str, end: str, precision: str) -> None:
    assert [found[1:] for found in read(text)] == [(start, end, precision)]


@pytest.mark.parametrize(
    ("text", "night"),
    [
        ("Police shot nine men in an overnight raid, a judge said on Tuesday.", "2024-03-19"),
        ("Shells fell overnight. On Tuesday a judge came.", "2024-03-21"),
        ("Shells fell overnight, and on Tuesday a judge came.", "2024-03-21"),
    ],
)
def test_a_night_that_is_told_on_a_day_is_the_one_before(text: str, night: str) -> None:
    assert read(text)[0][1:] == (night, night, "night")


@pytest.mark.parametrize(
    "text",
    [
        "they may 5 times",
        "a boy born in 2010",
        "The army will march 20 miles",
        "Theresa May spoke",
        "The Sun and The Sunday Times said",
        "in 2022 rounds of fire",
        "a second man, the third day in hospital",
        "Kh-22 May have been used",
        "AT LEAST 20 MAY HAVE DIED",
        "version 1.2.3.4 of 7.62.39",
        "the anniversary of Bloody Sunday",
        "each day 200 people flee Ukraine",
        "31/02/2024",
        "the 2000 block of Main Street",
        "",
        "no trigger here",
    ],
)
def test_not_dates(text: str) -> None:
    assert read(text) == []


def test_counts_earlier_and_later_from_the_day_named_before() -> None:
    text = "A raid on 10 March killed two. The next day three died. Two days earlier it was quiet."
    assert [found[:2] for found in read(text)] == [
        ("10 March", "2024-03-10"),
        ("next day", "2024-03-11"),
        ("Two days earlier", "2024-03-09"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Stalls reopened on Tuesday, a day after the blast.",
            [("Tuesday", "2024-03-19"), ("a day after", "2024-03-18")],
        ),
        ("He died on 10 March, six days after a raid.", [("10 March", "2024-03-10"), ("six days after", "2024-03-04")]),
        (
            "They fled on Monday, two days before the raid.",
            [("Monday", "2024-03-18"), ("two days before", "2024-03-20")],
        ),
        ("It came on Monday. A day after, they left.", [("Monday", "2024-03-18")]),
        ("It came two days after a truce.", []),
        ("On Monday, a few days after a truce, it came.", [("Monday", "2024-03-18")]),
    ],
)
def test_dates_what_lies_behind_after_and_before_in_the_same_sentence(text: str, found: list[tuple[str, str]]) -> None:
    assert [mention[:2] for mention in read(text)] == found


def test_without_publication_relative_words_are_unknown_and_full_dates_are_not() -> None:
    assert read("On Thursday, overnight, last week.", None) == [
        ("Thursday", "None", "None", "unknown"),
        ("overnight", "None", "None", "unknown"),
        ("last week", "None", "None", "unknown"),
    ]
    assert [found[1] for found in read("On 3 May 2023 it began. On 5 May it ended.", None)] == [
        "2023-05-03",
        "2023-05-05",
    ]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("SAN ISIDRO, 3 JAN 90 -- [TEXT] Rebels said yesterday", date(1990, 1, 3)),
        ("KYIV, 21 March 2024 (Meridian Wire) - Rescuers", date(2024, 3, 21)),
        ("Blast in market\n\nPublished March 4, 2023\n\nA bomb", date(2023, 3, 4)),
        (
            "On October 7th, 2023, a strike hit an ambulance in the south of the city, witnesses told us.",
            date(2023, 10, 7),
        ),
        ("KYIV, March 21 (Meridian Wire) - Rescuers", None),
        (
            "The war that Russia began on 24 February 2022 has driven millions of people from their homes, they say.",
            None,
        ),
        ("", None),
    ],
)
def test_dateline(text: str, day: date | None) -> None:
    assert dateline(text) == day


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ({"published_at": "2024-03-22", "url": "https://example.org/2024/03/21/a"}, date(2024, 3, 22)),
        ({"url": "https://example.org/2024/03/21/a"}, date(2024, 3, 21)),
        ({"text": "LVIV, Ukraine (March 20, 2024) – Rescuers"}, date(2024, 3, 20)),
        ({"text": "Rescuers worked through Thursday."}, None),
    ],
)
def test_the_day_to_count_from(fields: dict[str, str], day: date | None) -> None:
    assert reference_day(RawArticle(**{"title": "Strike", **fields})) == day


@given(
    DAYS,
    st.sampled_from(["{m} {d}, {y}", "{d} {m} {y}", "{y}-{mm}-{dd}", "{dd}.{mm}.{y}", "{D} {M} {y}", "{d} {mon}. {y}"]),
)
def test_what_a_writer_writes_is_read_back(day: date, form: str) -> None:
    month = MONTHS[day.month - 1]
    written = form.format(
        m=month, M=month.upper(), mon="May" if month == "May" else month[:3], d=day.day, D=f"{day.day:02}", y=day.year,
        mm=f"{day.month:02}", dd=f"{day.day:02}",
    ).replace("May.", "May")  # fmt: skip
    mentions = find_dates(f"Shelling on {written} killed four.", None)
    assert [m.when for m in mentions] == [When(start=day, end=day, precision=Precision.DAY)]


@given(DAYS, st.integers(0, 6))
def test_a_weekday_is_the_last_one_up_to_publication(published: date, back: int) -> None:
    day = published - timedelta(days=back)
    assert [m.when.start for m in find_dates(f"on {WEEKDAYS[day.weekday()]}", published)] == [day]


@given(DAYS, st.integers(-60, 250))
def test_a_day_without_year_is_the_one_near_publication(published: date, back: int) -> None:
    day = published - timedelta(days=back)
    if (day.month, day.day) != (2, 29):
        assert [m.when.start for m in find_dates(f"on {day.day} {MONTHS[day.month - 1]}", published)] == [day]


WORDS = re.findall(
    r"\S+|\n",
    "on in since from to between and the 3 21 2024 99 day 763 May march MARCH 5th , . - – Thursday night into overnight "
    "last week ago two decades 900 years past hours earlier next Ukraine ſunday ſept 12/13/14 \x00 \ud800 🚀 й \n",
)


@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join) | st.text(max_size=60), st.none() | st.dates())
def test_mentions_stand_in_order_inside_the_text(text: str, published: date | None) -> None:
    end = 0
    for mention in find_dates(text, published):
        assert end <= mention.start < mention.end <= len(text)
        end = mention.end
        start, last = mention.when.start, mention.when.end
        assert start is None or last is None or start <= last
    dateline(text)


@pytest.mark.parametrize(
    "word", ["a", "1", "1 ", "1.", "3-", "May ", "day 763 ", "Thursday into ", "in 2014 ", "\n", "since "]
)
def test_time_is_linear(word: str) -> None:
    def seconds(size: int) -> float:
        text = word * (size // len(word))
        best = float("inf")
        for _ in range(3):
            begin = time.process_time()
            find_dates(text, THURSDAY)
            best = min(best, time.process_time() - begin)
        return best

    find_dates("May", THURSDAY)
    assert seconds(80_000) < 4 * 4 * seconds(20_000) + 0.2


@pytest.mark.parametrize(
    ("text", "published", "start", "end"),
    [
        ("They fled on Good Friday.", date(2022, 4, 18), "2022-04-15", "2022-04-15"),
        ("A bomb on Easter Sunday 2019", date(2023, 5, 1), "2019-04-21", "2019-04-28"),
        ("Shells fell on Easter Sunday.", date(2024, 4, 1), "2024-03-31", "2024-03-31"),
        ("Shells fell on Easter Sunday.", date(2024, 5, 6), "2024-05-05", "2024-05-05"),
        ("It fell on Palm Sunday.", date(2017, 4, 10), "2017-04-09", "2017-04-09"),
        ("on New Year’s Day", date(2017, 1, 3), "2017-01-01", "2017-01-01"),
        ("since Christmas Eve", date(2010, 12, 27), "2010-12-24", "2010-12-27"),
        ("the worst since May 2014, when two towns fell", date(2015, 3, 2), "2014-05-01", "2014-05-31"),
        ("the worst since May 2014, it said", date(2015, 3, 2), "2014-05-01", "2015-03-02"),
    ],
)
def test_feasts_and_what_happened_when(text: str, published: date, start: str, end: str) -> None:
    (mention,) = find_dates(text, published)
    assert (f"{mention.when.start}", f"{mention.when.end}") == (start, end)


def test_an_agreement_is_no_day() -> None:
    assert find_dates("the Good Friday Agreement", date(2024, 4, 2)) == []


def test_the_next_morning_is_that_of_the_day_told_of() -> None:
    assert [found[1] for found in read("On 14 March shells fell. The next morning they left.")] == [
        "2024-03-14",
        "2024-03-15",
    ]
