"""Addresses: what all copies of one page share, and what tells two pages apart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.article import RawArticle, article_id, canonical_url

PAGE = "https://example.org/world/strike-on-kyiv"


@pytest.mark.parametrize(
    "copy",
    [
        "http://example.org/world/strike-on-kyiv",
        "HTTPS://WWW.Example.ORG/world/strike-on-kyiv/",
        "https://www.www.example.org/world/strike-on-kyiv",
        "https://m.example.org//world/strike-on-kyiv#comments",
        "https://amp.example.org/world/strike-on-kyiv",
        "https://example.org:443/world/strike-on-kyiv?utm_source=x&utm_medium=rss&fbclid=1&gbraid=2",
        "https://example.org/world/strike-on-kyiv?pk_campaign=a&ns_mchannel=social&CMP=share_btn_tw&__source=x",
        "http://example.org:80/world/strike-on-kyiv?at_medium=RSS&at_campaign=KARANGA",
        "https://user:secret@example.org/world/strike-on-kyiv",
        "https://example.org./world/strike-on-kyiv",
        "https://example.org/world/strike-on-kyiv/amp",
        "https://example.org/world/strike-on-kyiv/amp/",
        "https://example.org/world/strike-on-kyiv.amp",
        "https://example.org/amp/world/strike-on-kyiv",
        "https://example.org/amp/world/strike-on-kyiv/amp/amp",
        "https://example.org/world/strike-on-kyiv?amp=1",
        "https://example.org/world/strike-on-kyiv?outputType=amp",
        "https://example.org/world/strike-on-kyiv?amp_js_v=0.1&usqp=mq331AQ",
        "https://example-org.cdn.ampproject.org/c/s/example.org/world/strike-on-kyiv",
        "https://example-org.cdn.ampproject.org/v/s/www.example.org/world/strike-on-kyiv/amp/?amp_js_v=0.1",
        "https://www.google.com/amp/s/www.example.org/world/strike-on-kyiv",
        "https://www.google.co.uk/amp/s/amp.example.org/world/strike-on-kyiv",
        "  https://example.org/world/strike-on-kyiv \n",
        "https://example.org/world/strike%2Don%2dkyiv",
    ],
)
def test_copies_share_an_address(copy: str) -> None:
    assert canonical_url(copy) == PAGE
    assert article_id(url=copy, source="a", title="b", text="c") == article_id(url=PAGE, source=None, title="", text="")


@pytest.mark.parametrize(
    "other",
    [
        "https://example.org/world/strike-on-kyiv-2",
        "https://example.org/world/Strike-on-kyiv",
        "https://example.org/world/strike-on-kyiv?page=2",
        "https://example.org/world/strike-on-kyiv?pk_article=5",
        "https://example.org:8443/world/strike-on-kyiv",
        "https://news.example.org/world/strike-on-kyiv",
        "https://example.org/world%2Fstrike-on-kyiv",
        "https://example.org/amplifier/world/strike-on-kyiv",
        "https://example.com/world/strike-on-kyiv",
    ],
)
def test_other_pages_keep_their_address(other: str) -> None:
    assert canonical_url(other) != PAGE


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a?b=2&a=1&a=0", "https://example.org/a?a=0&a=1&b=2"),
        ("https://example.org/?id=7&ref=home", "https://example.org?id=7"),
        ("https://example.org/новини", "https://example.org/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B8"),
        ("https://приклад.укр/a", "https://xn--80aikifvh.xn--j1amh/a"),
        ("https://example.org/a%2fb/c", "https://example.org/a%2Fb/c"),
        ("http://[2001:DB8::1]:8080/a", "https://[2001:db8::1]:8080/a"),
        ("https://m.com/a", "https://m.com/a"),
        ("https://www.example.org", "https://example.org"),
        ("mailto:desk@example.org", "mailto:desk@example.org"),
        ("urn:newsml:example.org:20240321:1 ", "urn:newsml:example.org:20240321:1"),
        ("https://", "https://"),
        ("https://...", "https://..."),
        ("http://[oops/", "http://[oops/"),
        ("http://example.org:port/", "http://example.org:port/"),
        ("not an address", "not an address"),
        ("", ""),
    ],
)
def test_forms(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


def test_bytes_of_legacy_encodings_stay_apart() -> None:
    assert canonical_url("https://example.org/?q=%EF%F0") != canonical_url("https://example.org/?q=%E1%E2")
    assert canonical_url("https://example.org/%EF%F0") != canonical_url("https://example.org/%E1%E2")


PIECES = st.sampled_from(
    ["http://", "https://", "www.", "m.", "amp.", "example", ".org", "/", "amp", "/amp/", ".amp", ".html", "?", "&", "=", "a", "%41",
     "%2F", "%FF", "%", "#", ":80", ":8", "utm_source", "@", "[::1]", "cdn.ampproject.org/c/s/", "google.com/amp/s/", "ß", "。", "\ud800",
     " ", "\t", "\\", ";", "+", "\x00", "платформа"]
)  # fmt: skip


@settings(deadline=None)
@given(
    st.one_of(
        st.text(),
        st.lists(PIECES, max_size=14).map("".join),
        st.lists(PIECES, max_size=12).map(lambda p: "http://" + "".join(p)),
    )
)
def test_twice_is_once(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once


@settings(deadline=None)
@given(st.text(max_size=200))
def test_every_address_names_an_article(url: str) -> None:
    assert RawArticle(url=url, title="t", text="").article_id.version == 5


@pytest.mark.timeout(5)
@pytest.mark.parametrize("piece", ["/amp", "a", "www.", "%", "/", "google.com/amp/s/", "&a=1", ".amp"])
def test_the_longest_addresses_are_quick(piece: str) -> None:
    canonical_url("https://example.org/" + piece * (8192 // len(piece)))
    canonical_url("https://" + piece * (8192 // len(piece)))
