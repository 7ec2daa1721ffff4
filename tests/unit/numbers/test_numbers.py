"""Numbers in news English: what they count, how they are worded, and what counts nothing."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.spans import Count, Qualifier
from services.text.numbers import find_numbers

ONES = [
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
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def in_words(number, *, british):
    """Write a cardinal below 10**9 in words."""
    if number < 20:
        return ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return TENS[tens - 2] + (f"-{ONES[ones]}" if ones else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        link = " and " if british else " "
        return f"{ONES[hundreds]} hundred" + (link + in_words(rest, british=british) if rest else "")
    for scale, name in ((10**6, "million"), (10**3, "thousand")):
        if number >= scale:
            many, rest = divmod(number, scale)
            link = " and " if british and 0 < rest < 100 else " "
            head = f"{in_words(many, british=british)} {name}"
            return head + (link + in_words(rest, british=british) if rest else "")
    raise AssertionError(number)


@given(number=st.integers(0, 10**9 - 1), british=st.booleans(), capitals=st.booleans())
def test_words_are_read_back(number, british, capitals):
    words = in_words(number, british=british)
    text = f"They counted {words.upper() if capitals else words} people there"
    (found,) = find_numbers(text)
    assert text[found.start : found.end].lower() == words
    assert found.count == Count.exact(number)


@given(number=st.integers(0, 999_999))
def test_figures_are_read_back(number):
    text = f"They counted {number:,} people there"
    (found,) = find_numbers(text)
    assert found.count == Count.exact(number)
    assert text[found.start : found.end] == f"{number:,}"


@given(st.text(max_size=200))
def test_spans_are_in_order_and_inside(text):
    end = 0
    for found in find_numbers(text):
        assert end <= found.start <= found.figure < found.end <= len(text)
        end = found.end


COUNTS = {
    "at least five dead": ("at least five", 5, 5, None, Qualifier.AT_LEAST),
    "no fewer than 30 men": ("no fewer than 30", 30, 30, None, Qualifier.AT_LEAST),
    "more than a dozen people": ("more than a dozen", 12, 13, None, Qualifier.MORE_THAN),
    "over 20 homes": ("over 20", 20, 21, None, Qualifier.MORE_THAN),
    "as many as 40 people": ("as many as 40", 40, None, 40, Qualifier.UP_TO),
    "up to 15 men": ("up to 15", 15, None, 15, Qualifier.UP_TO),
    "fewer than ten people": ("fewer than ten", 10, None, 9, Qualifier.FEWER_THAN),
    "nearly 600 drones": ("nearly 600", 600, None, None, Qualifier.ABOUT),
    "about a hundred people": ("about a hundred", 100, None, None, Qualifier.ABOUT),
    "some 40 people": ("some 40", 40, None, None, Qualifier.ABOUT),
    "two or three soldiers": ("two or three", None, 2, 3, Qualifier.RANGE),
    "10-15 people": ("10-15", None, 10, 15, Qualifier.RANGE),
    "between 5 and 8 people": ("between 5 and 8", None, 5, 8, Qualifier.RANGE),
    "from 20 to 30 people": ("from 20 to 30", None, 20, 30, Qualifier.RANGE),
    "dozens of people": ("dozens", None, 24, None, Qualifier.DOZENS),
    "scores of villagers": ("scores", None, 40, None, Qualifier.SCORES),
    "hundreds of men": ("hundreds", None, 200, None, Qualifier.HUNDREDS),
    "thousands fled": ("thousands", None, 2000, None, Qualifier.THOUSANDS),
    "tens of thousands fled": ("tens of thousands", None, 20_000, None, Qualifier.THOUSANDS),
    "several hundred men": ("several hundred", None, 200, None, Qualifier.HUNDREDS),
    "several men": ("several", None, 2, None, Qualifier.SEVERAL),
    "a few men": ("a few", None, 2, None, Qualifier.SEVERAL),
    "half a dozen men": ("half a dozen", 6, 6, 6, Qualifier.EXACT),
    "two dozen men": ("two dozen", 24, 24, 24, Qualifier.EXACT),
    "a couple of men": ("a couple", 2, 2, 2, Qualifier.EXACT),
    "a quarter of a million rounds": ("a quarter of a million", 250_000, 250_000, 250_000, Qualifier.EXACT),
    "half a million people": ("half a million", 500_000, 500_000, 500_000, Qualifier.EXACT),
    "1.5 million people": ("1.5 million", 1_500_000, 1_500_000, 1_500_000, Qualifier.EXACT),
    "500 000 people": ("500 000", 500_000, 500_000, 500_000, Qualifier.EXACT),
    "60k people": ("60k", 60_000, 60_000, 60_000, Qualifier.EXACT),
    "30+ people": ("30+", 30, 30, None, Qualifier.AT_LEAST),
    "30 or more people": ("30 or more", 30, 30, None, Qualifier.AT_LEAST),
    "two hundred or so people": ("two hundred or so", 200, None, None, Qualifier.ABOUT),
    "MORE THAN 20 PEOPLE": ("MORE THAN 20", 20, 21, None, Qualifier.MORE_THAN),
}


@pytest.mark.parametrize(("text", "wanted"), COUNTS.items(), ids=COUNTS)
def test_counts_keep_their_wording(text, wanted):
    (found,) = find_numbers(text)
    count = found.count
    assert (text[found.start : found.end], count.best, count.min, count.max, count.qualifier) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Svitlana Koval, 30, a doctor",
        "the boys, 14 and 15, went home",
        "a 17-year-old boy",
        "Ivan Petrenko (41) was there",
        "women aged between 20 and 37",
        "155mm rounds",
        "an AS-90 and an S-300",
        "on 28 March",
        "on March 28, 2024",
        "since 2022.",
        "at 12:30 p.m.",
        "at 5 a.m.",
        "day 763 of the war",
        "$60 billion",
        "£7.6billion",
        "40 percent of them",
        "60-70per cent",
        "10 kilometres (six miles)",
        "after 40 days",
        "a five-story house",
        "the 1200 block of Main Street",
        "425 Main Street",
        "Highway 40",
        "731-425-8400",
        "register number 802657015",
        "Room 12",
        "no one came",
        "one day",
    ],
)
def test_other_numbers_are_no_counts(text):
    assert find_numbers(text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("13 in Kyiv and four nearby", [13, 4]),
        ("rose from 17 to 33 dead", [17, 33]),
        ("10 of 13 drones", [10, 13]),
        ("17, then five more", [17, 5]),
        ("four barrel bombs and six barrel-bombs, not 40 barrels", [4, 6]),
        ("31 M1 tanks and 20 M777 howitzers, 12 m of rope", [31, 20]),
    ],
)
def test_neighbours_stay_apart(text, wanted):
    assert [n.count.best for n in find_numbers(text)] == wanted


def test_a_capital_of_two_small_letters_moves_no_offset():
    text = "In İzmir 12 people died"
    (number,) = find_numbers(text)
    assert text[number.start : number.end] == "12"


@pytest.mark.parametrize("piece", ["1", "1,", "five ", "one hundred and ", "1 - ", "between 5 and ", "$ ", "a "])
def test_a_megabyte_takes_linear_time(piece):
    times = []
    for size in (100_000, 400_000):
        tries = []
        for _ in range(3):
            start = time.process_time()
            find_numbers(piece * (size // len(piece)))
            tries.append(time.process_time() - start)
        times.append(min(tries))
    assert times[1] < 12 * max(times[0], 0.02) + 0.1
