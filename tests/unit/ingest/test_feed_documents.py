"""What stands in a feed, without any network."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.article import RawArticle
from services.ingest.feeds import MAX_ASKED_PAUSE_SECONDS, MAX_PAUSE_SECONDS, Feed, pause, plain_text, read_feed
from services.ingest.fetch import Document, FetchError, is_public
from services.ingest.prepare import Rejection, prepare

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="uk-UA"><title>Приклад</title><entry>
<title type="html">Five &amp;amp; six</title><link rel="alternate" href="news/1"/><id>tag:example.org,2024:1</id>
<published>2024-03-21T08:15:00+02:00</published><updated>2024-03-22T00:00:00Z</updated><summary>Short.</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One <b>two</b>.</p><p>Three.</p></div></content></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>Old</title></channel>
<item rdf:about="y"><title>T</title><link>https://example.org/y</link><dc:date>2024-03-21</dc:date></item></rdf:RDF>"""


def read(content: str | bytes, url: str = "https://example.org/feeds/all.xml") -> list[dict[str, object]]:
    body = content.encode() if isinstance(content, str) else content
    return list(read_feed(Document(url, body, "application/xml"), "the feed"))


def rss(item: str, channel: str = "<title>Wire</title>") -> str:
    return f"<rss version='2.0'><channel>{channel}<item>{item}</item></channel></rss>"


def test_atom() -> None:
    assert read(ATOM) == [
        {
            "title": "Five & six",
            "text": "One two.\nThree.",
            "url": "https://example.org/feeds/news/1",
            "source": "Приклад",
            "language": "uk-UA",
            "published_at": "2024-03-21T06:15:00+00:00",
            "attributes": {"feed": "the feed"},
        }
    ]


def test_rdf() -> None:
    (entry,) = read(RDF)
    assert (entry["url"], entry["source"], entry["published_at"]) == (
        "https://example.org/y",
        "Old",
        "2024-03-21T00:00:00+00:00",
    )


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("<title>T</title><pubDate>soon</pubDate>", {"published_at": None, "url": None, "text": ""}),
        ("<title>T</title><link>javascript:alert(1)</link>", {"url": None}),
        ("<title>T</title><link>http://[bad</link>", {"url": None}),
        ("<title>T</title><guid isPermaLink='true'>https://example.org/g</guid>", {"url": "https://example.org/g"}),
        ("<title>T</title><guid isPermaLink='false'>abc</guid>", {"title": "T"}),
        ("<title>T</title><source url='https://other.example/f'>Other</source>", {"source": "Other"}),
        (
            "<description>&lt;script&gt;x()&lt;/script&gt;a&lt;br&gt;b &amp;amp; c</description>",
            {"text": "a\nb & c", "title": ""},
        ),
        ("<title>A &lt;b&gt;bold&lt;/b&gt; one</title>", {"title": "A bold one"}),
    ],
)
def test_entries(item: str, expected: dict[str, object]) -> None:
    (entry,) = read(rss(item))
    assert {name: entry[name] for name in expected} == expected


def test_a_feed_that_is_not_quite_xml_is_read_all_the_same() -> None:
    (entry,) = read(rss("<title>Fish &nbsp; chips & more</title>"))
    assert "chips & more" in str(entry["title"])


def test_what_a_feed_says_of_its_language_must_be_a_tag() -> None:
    assert read(rss("<title>T</title>", "<language>English (US)</language>"))[0]["language"] is None


@pytest.mark.parametrize(
    "content", ["", "hello", "<html><body>x</body></html>", "{}", "\x00", "<!DOCTYPE rss><rss version='2.0'/>"]
)
def test_what_is_no_feed(content: str) -> None:
    with pytest.raises(FetchError):
        read(content)


TAGS = st.sampled_from(
    [
        *("<item>", "</item>", "<title>", "</title>", "<link>", "<pubDate>", "<description>", "<![CDATA[", "]]>", "&lt;p&gt;", "&amp;", "&x;"),
        *("<!--", "-->", "<a:b ", "'", '"', ">", "<", "<content:encoded>", "<guid>", "<?x ", "\ud800", "\x00", "http://[", "text", "2024"),
    ]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(TAGS | st.text(max_size=5), max_size=30).map("".join))
def test_whatever_is_in_a_feed_becomes_articles_or_refusals(inside: str) -> None:
    for entry in read(rss(inside).encode("utf-8", "surrogatepass")):
        assert isinstance(prepare(entry, arrived=datetime.now(UTC)), RawArticle | Rejection)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>two</p>", "One\ntwo"),
        ("One<br/>two", "One\ntwo"),
        ("One\n  two <i>three</i>", "One two three"),
        ("<ul><li>a<li>b</ul>tail", "a\nb\ntail"),
        ("<!-- no --><style>p{}</style>yes", "yes"),
        ("5 < 6 &lt; 7", "5 < 6 < 7"),
        ("\U0001f6a8 п'ятеро \ud800", "\U0001f6a8 п'ятеро \ufffd"),
        ("", ""),
    ],
)
def test_plain_text(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@settings(deadline=None)
@given(st.text(st.characters(codec=None)))
def test_any_markup_has_a_text(markup: str) -> None:
    assert "\n\n" not in plain_text(markup)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["<div>", "<p>", "<a ", "<!--", "<", "&", "word ", "</p>"])
def test_a_megabyte_of_markup_is_quick(piece: str) -> None:
    plain_text(piece * (1_000_000 // len(piece)))


@pytest.mark.parametrize(
    ("failures", "asked", "seconds"),
    [
        (0, None, 300),
        (1, None, 600),
        (3, None, 2400),
        (4, None, MAX_PAUSE_SECONDS),
        (10**6, None, MAX_PAUSE_SECONDS),
        (1, 900, 900),
        (1, 10, 600),
        (1, 1e12, MAX_ASKED_PAUSE_SECONDS),
    ],
)
def test_the_pause_grows_with_the_failures(failures: int, asked: float | None, seconds: float) -> None:
    assert pause(300, failures, asked) == seconds


def test_a_long_interval_is_never_cut() -> None:
    assert pause(7200, 0) == pause(7200, 5) == 7200


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1"),
    ],
)  # fmt: skip
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


def test_the_name_of_a_feed_holds_no_credentials() -> None:
    assert Feed("https://me:s3cret@example.org/f?x=1").name == "https://example.org/f?x=1"
