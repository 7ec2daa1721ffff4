"""What arrives, made an article or refused with a reason."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.article import MAX_ARTICLE_CHARS, RawArticle
from services.ingest.prepare import Novelty, Rejection, decode, detect_language, language_tag, prepare
from services.text.published import date_in_address, date_in_text

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
ENGLISH = "At least five people were hurt when missiles fell on an apartment block, officials said."


def prepared(**data: object) -> RawArticle:
    article = prepare(data, arrived=NOW)
    assert isinstance(article, RawArticle), article
    return article


def rejection(data: object) -> Rejection:
    found = prepare(data, arrived=NOW)
    assert isinstance(found, Rejection)
    return found


def test_what_is_given_is_kept() -> None:
    given = {
        "title": " Title ",
        "text": "a\r\nb\x00 \U0001f6a8",
        "url": "https://example.org/2020/01/02/a?utm_source=x",
        "source": "Example",
        "language": "uk",
        "published_at": "2024-03-21T08:15:00+02:00",
        "attributes": {"desk": "world"},
    }
    article = prepared(**given, unknown="ignored")
    assert article.model_dump(include={"title", "text", "url", "source", "language", "attributes"}) == {
        k: v for k, v in given.items() if k != "published_at"
    }
    assert article.published_at == datetime(2024, 3, 21, 6, 15, tzinfo=UTC)


def test_the_arrival_is_ours_to_say() -> None:
    assert prepared(text="x", ingested_at="1999-01-01T00:00:00Z").ingested_at == NOW


@pytest.mark.parametrize("empty", [None, ""])
def test_what_is_empty_counts_as_missing(empty: object) -> None:
    article = prepared(
        title=empty, text=ENGLISH, url=empty, source=empty, language=empty, published_at=empty, attributes=None
    )
    assert (article.url, article.source, article.language, article.published_at) == (None, None, "en", None)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        (ENGLISH.upper(), "en"),
        ("Щонайменше п'ятеро людей поранено внаслідок нічної ракетної атаки на столицю, повідомив мер.", "uk"),
        ("По меньшей мере пять человек пострадали при ночном ракетном ударе по столице, сообщил мэр.", "ru"),
        (
            "Mindestens fünf Menschen wurden bei dem nächtlichen Raketenangriff verletzt, teilte der Bürgermeister mit.",
            "de",
        ),
        ("Kyiv", None),
        ("12345 !!! 67", None),
        ("\ud800", None),
        ("", None),
    ],
)
def test_the_language_is_named_only_with_confidence(text: str, language: str | None) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(
    ("given", "tag"),
    [("en", "en"), ("uk_UA", "uk-UA"), (" zh-Hant-TW ", "zh-Hant-TW"), ("English", None), ("e", None), ("en-", None)],
)
def test_language_tags(given: str, tag: str | None) -> None:
    assert language_tag(given) == tag


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "text"),
        ({"title": "\n", "text": "  "}, "text"),
        ({"text": "x" * (MAX_ARTICLE_CHARS + 1)}, "text"),
        ({"text": ["x"]}, "text"),
        ({"text": "x", "url": "h" * 9000}, "url"),
        ({"text": "x", "published_at": "yesterday"}, "published_at"),
        ({"text": "x", "published_at": 10**400}, "published_at"),
        ({"text": "x", "published_at": True}, "published_at"),
        ({"text": "x", "language": 3}, "language"),
        ({"text": "x", "language": "the language of Shakespeare"}, "language"),
        ({"text": "x", "attributes": {"a": None}}, "attributes.a"),
        ({"text": "x", "attributes": ["a"]}, "attributes"),
        ("text", ""),
        ([], ""),
        (None, ""),
    ],
)
def test_refusals_name_the_field(data: object, field: str) -> None:
    refused = rejection(data)
    assert refused.field == field
    assert refused.reason


def test_a_refusal_stays_one() -> None:
    assert rejection(Rejection("a", "b")) == Rejection("a", "b")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"{", "is not JSON"),
        (b"\xff", "is not JSON"),
        (b'{"a": Infinity}', "Infinity is no JSON value"),
        (b'{"a": "' + b"x" * 100 + b'"}', "more than the 100"),
        (b"[" * 99, ""),
    ],
)
def test_what_is_no_json(text: bytes, reason: str) -> None:
    found = decode(text, 100)
    assert isinstance(found, Rejection)
    assert reason in found.reason


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://example.org/world/2024/03/21/strike", date(2024, 3, 21)),
        ("https://example.org/world/2024/mar/21/strike", date(2024, 3, 21)),
        ("https://example.org/2024/3/1", date(2024, 3, 1)),
        ("https://example.org/world/2024-03-21/strike", date(2024, 3, 21)),
        ("https://example.org/strike-20240321-story.html", date(2024, 3, 21)),
        ("https://example.org/article/20240321/NEWS/230001", date(2024, 3, 21)),
        ("https://example.org/2024/13/01/2024/03/21/a", date(2024, 3, 21)),
        ("https://example.org/strike-20667526", None),
        ("https://example.org/20240321081500/a", None),
        ("https://example.org/2024/13/01/a", None),
        ("https://example.org/2024/xyz/01/a", None),
        ("https://example.org/2024/02/30/a", None),
        ("https://example.org/2024/03/a", None),
        ("https://example.org/12024/03/21/a", None),
        ("https://example.org/a?x=/2024/03/21/", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_the_day_in_an_address(url: str, day: date | None) -> None:
    assert date_in_address(url) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("KYIV, March 21, 2024 (Example Wire) - Missiles fell.", date(2024, 3, 21)),
        ("KYIV, Ukraine, 21 March 2024 — Missiles fell.", date(2024, 3, 21)),
        ("LIMA, 3 JAN 90 -- [REPORT] A BOMB WENT OFF.", date(1990, 1, 3)),
        ("(Odesa, 2 May 2023) Missiles fell.", date(2023, 5, 2)),
        ("Published: 21 March 2024 at 08:15 GMT\n\nMissiles fell.", date(2024, 3, 21)),
        ("By A. Writer | March 21, 2024\nMissiles fell.", date(2024, 3, 21)),
        ("Missiles fell.\n\nUpdated 2024-03-22 10:00", date(2024, 3, 22)),
        ("Thursday, March 21, 2024", date(2024, 3, 21)),
        ("21.03.2024, 08:15\r\nMissiles fell.", date(2024, 3, 21)),
        ("By A. Writer, March 21, 2024 8:15 p.m. EET", date(2024, 3, 21)),
        ("World | March 21, 2024 | 5 min read", date(2024, 3, 21)),
        ("Last updated on March 21, 2024", date(2024, 3, 21)),
        ("By A. Writer. Published 8:15 GMT, 21 March 2024", date(2024, 3, 21)),
        ("Officials updated the toll on March 21, 2024.", None),
        ("The report was published on March 21, 2024.", None),
        ("Bucha, April 3, 2022", None),
        ("February 24, 2022 - the war begins", None),
        ("On March 21, 2024, missiles fell - again.", None),
        ("The strike of March 21, 2024 - the worst so far - killed two.", None),
        ("Rescuers at work in Kyiv on March 21, 2024.", None),
        ("KYIV, March 21 (Example Wire) - Missiles fell.", None),
        ("Day 763: missiles fell.", None),
        ("Published yesterday", None),
        ("In March 2024 missiles fell.", None),
        ("Missiles fell.\n" * 30 + "March 21, 2024", None),
        ("", None),
    ],
)
def test_the_day_that_the_text_states(text: str, day: date | None) -> None:
    assert date_in_text("", text) == day
    stated = prepared(title="A title", text=text or "x").published_at
    assert stated == (datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None)


def test_a_headline_that_is_a_date_is_about_that_day() -> None:
    assert date_in_text("February 24, 2022", "What that day was like.") is None
    assert date_in_text("Published February 24, 2022", "") == date(2022, 2, 24)


def test_what_is_given_goes_before_what_is_found() -> None:
    text, url = "KYIV, March 21, 2024 (Wire) - Missiles fell.", "https://example.org/2024/03/20/a"
    assert prepared(text=text, url=url, published_at="2024-03-19").published_at == datetime(2024, 3, 19, tzinfo=UTC)
    assert prepared(text=text, url=url).published_at == datetime(2024, 3, 20, tzinfo=UTC)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece", ["a", "1", "word ", "KYIV, ", "(", "\n", "21.03.2024", "March 21, 2024 ", "- ", "\ud800"]
)
def test_a_megabyte_is_quick(piece: str) -> None:
    prepared(title=(piece * 300)[:300] + "x", text=piece * (1_000_000 // len(piece)))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from([*RawArticle.model_fields, "other"])


@settings(deadline=None)
@given(st.one_of(VALUES, st.dictionaries(FIELDS, VALUES, max_size=8)))
def test_anything_is_an_article_or_refused(data: object) -> None:
    article = prepare(data, arrived=NOW)
    if isinstance(article, RawArticle):
        assert isinstance(data, dict)
        assert (article.title, article.text) == (data.get("title") or "", data.get("text") or "")
        assert RawArticle.read(article.to_json()) == article


@settings(deadline=None)
@given(st.text(st.characters(codec=None), min_size=1), st.text(st.characters(codec=None)))
def test_every_character_comes_through_the_wire(title: str, text: str) -> None:
    if (title + text).strip():
        article = prepare(decode(json.dumps({"title": title, "text": text}), 10**9), arrived=NOW)
        assert isinstance(article, RawArticle)
        assert (article.title, article.text) == (title, text)


class TestNovelty:
    def versions(self, *texts: str) -> list[RawArticle]:
        return [RawArticle(url="https://example.org/a", text=text) for text in texts]

    def test_only_a_change_is_news(self) -> None:
        assert Novelty().sift(self.versions("one", "one", " one ", "two", "one")) == [True, False, False, True, True]

    def test_the_forgotten_is_news_again(self) -> None:
        novelty, (one,) = Novelty(), self.versions("one")
        assert [novelty.sift([one]), novelty.sift([one])] == [[True], [False]]
        novelty.forget([one])
        assert novelty.sift([one]) == [True]

    def test_it_forgets_the_oldest(self) -> None:
        novelty = Novelty(size=2)
        a, b, c = (RawArticle(text=text) for text in "abc")
        assert novelty.sift([a, b, a, c, a, b]) == [True, True, False, True, False, True]
