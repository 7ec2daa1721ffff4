"""Sections, paragraphs and sentences, with offsets into the original."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.article import RawArticle
from contracts.spans import Section
from services.text.reading import read, readable, span_of


def sentences(text, title=""):
    return [s.text for s in read(RawArticle(title=title, text=text)).sentences]


def sections(text, title=""):
    return [(s.section.value, s.text) for s in read(RawArticle(title=title, text=text)).sentences]


@given(text=st.text(max_size=300), title=st.text(max_size=40))
def test_sentences_quote_the_article_in_order(text, title):
    if not (text + title).strip():
        return
    article = RawArticle(title=title, text=text)
    end = {"title": 0, "text": 0}
    for sentence in read(article).sentences:
        assert end[sentence.field] <= sentence.start < sentence.end
        assert readable(getattr(article, sentence.field))[sentence.start : sentence.end] == sentence.text
        end[sentence.field] = sentence.end


@given(text=st.text(alphabet=st.sampled_from("aA. \n\r!?\"'“”-•\ud800é"), min_size=1, max_size=200))
def test_every_word_stands_in_a_sentence(text):
    if not text.strip():
        return
    article = RawArticle(text=text)
    covered = set()
    for sentence in read(article).sentences:
        covered.update(range(sentence.start, sentence.end))
    assert {i for i, c in enumerate(text) if c.isalpha()} <= covered


@pytest.mark.parametrize(
    "text",
    [
        "Gen. Petro Moroz met Dr. Olha Hnat in Kyiv.",
        "The U.S. Army said so.",
        "It struck at 5 a.m. on Friday.",
        "J. R. Kowalski of the U.N. office agreed.",
        "The house at No. 5 burned.",
        "About 3.5 million people fled.",
        "He said: “It was loud.” and left.",
    ],
)
def test_stops_inside_sentences(text):
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It fell. It burned!", ["It fell.", "It burned!"]),
        ("“It fell.” It burned.", ["“It fell.”", "It burned."]),
        ("He works for the U.S. He left.", ["He works for the U.S.", "He left."]),
        ("It ended at 5 p.m. The guards left.", ["It ended at 5 p.m.", "The guards left."]),
        ("They fled.Police came.", ["They fled.", "Police came."]),
        ("One.\r\n\r\nTwo.", ["One.", "Two."]),
        ("- Shell hits Sumy\n- Drone hits Kyiv", ["- Shell hits Sumy", "- Drone hits Kyiv"]),
    ],
)
def test_stops_between_sentences(text, wanted):
    assert sentences(text) == wanted


def test_lines_of_one_width_are_one_paragraph():
    text = (
        "SAN LUIS, 3 MAY 90 -- [TEXT] THE GUERRILLAS ATTACKED THE POST BEFORE\n"
        "DAWN AND LEFT WHEN THE ARMY SENT A COLUMN FROM THE CAPITAL OF THE\nPROVINCE.  NOBODY WAS THERE.\n\n   A SECOND GROUP FLED."
    )
    assert [" ".join(s.split()) for s in sentences(text)][1:] == ["NOBODY WAS THERE.", "A SECOND GROUP FLED."]


def test_a_line_that_goes_on_in_lower_case_is_one_paragraph():
    assert sentences("The shells fell on\nthe old market.") == ["The shells fell on\nthe old market."]


def test_the_headline_is_the_title():
    assert sections("It burned for hours.", title="Fire in Lviv")[0] == ("headline", "Fire in Lviv")


def test_the_first_paragraph_leads():
    assert [s for s, _ in sections("It burned for hours.\n\nNobody came.")] == ["lead", "body"]


PAGE = """Missiles hit Dnipro

Missiles hit the river port of Dnipro on Friday, officials said.

Smoke rises over the port of Dnipro after the strike on Friday

Smoke rises over the port of Dnipro after the strike on Friday

The port burned for hours, they said.

The crane stood until noon (Image: Getty)

Read also:
- Drone attack on Sumy hurts four
- Power cut in Kherson

The mayor asked people to stay at home.

Olha Hnat - Member of the city council, leader of a party

We ask the world for help.

Subscribe to our newsletter

3 Comments

I saw it burn."""


def test_what_pages_print_around_the_story_is_marked():
    marks = {text: section for section, text in sections(PAGE)}
    assert marks == {
        "Missiles hit Dnipro": "headline",
        "Missiles hit the river port of Dnipro on Friday, officials said.": "lead",
        "Smoke rises over the port of Dnipro after the strike on Friday": "caption",
        "The port burned for hours, they said.": "body",
        "The crane stood until noon (Image: Getty)": "caption",
        "Read also:": "related",
        "- Drone attack on Sumy hurts four": "related",
        "- Power cut in Kherson": "related",
        "The mayor asked people to stay at home.": "body",
        "Olha Hnat - Member of the city council, leader of a party": "guest",
        "We ask the world for help.": "guest",
        "Subscribe to our newsletter": "boilerplate",
        "3 Comments": "comment",
        "I saw it burn.": "comment",
    }


def test_what_was_added_later_belongs_to_the_story():
    page = "A mine killed two men.\n\nUpdated at 16:18: The governor said later that three had died.\n\nUpdated: 16:20"
    assert [section for section, _ in sections(page)][1:] == ["body", "boilerplate"]


def test_spans_quote_the_original_with_its_surrogates():
    article = RawArticle(text="A \ud800 fell.")
    (sentence,) = read(article).sentences
    assert "\ud800" not in sentence.text
    assert span_of(article, "text", sentence.start, sentence.end).quote == "A \ud800 fell."


@pytest.mark.parametrize("piece", ["a", ". ", "\n", "a. ", "A.", "- x\n", "Mr. ", "\"'", ".", "?!"])
def test_a_megabyte_takes_linear_time(piece):
    times = []
    for size in (100_000, 400_000):
        article = RawArticle(title="x", text="x" + piece * (size // len(piece)))
        tries = []
        for _ in range(3):
            start = time.process_time()
            read(article)
            tries.append(time.process_time() - start)
        times.append(min(tries))
    assert times[1] < 12 * max(times[0], 0.02) + 0.1


def test_only_headline_lead_and_body_tell_the_story():
    assert {Section.HEADLINE, Section.LEAD, Section.BODY} < set(Section)


def test_titles_of_videos_with_their_lengths_are_links():
    clips = ["0:43 Chief warns drivers Pause", '2:51 "Her son is dead."', "1:10 Mayor opens a bridge"]
    text = "\n\n".join([*clips, "Two men were shot in Lima on Sunday, police said."])
    assert [section for section, _ in sections(text, "Two shot in Lima")][1:-1] == ["related"] * 3
    live = "5:43 A drone fell on a field.\n\n6:10 Two men were hurt in Sumy.\n\n6:20 The alert is over."
    assert "related" not in {section for section, _ in sections(live, "Live")}
