"""An article as the language core reads it: sections, paragraphs and sentences with offsets into the original."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Literal

from contracts.article import RawArticle
from contracts.spans import Section, Span
from services.text.sections import mark_sections

Field = Literal["title", "text"]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE = re.compile(r"[^\r\n\u2028\u2029\x85]+")
_BULLET = re.compile(r"\s*(?:[•*‣▪·●◦►]|[-–—]\s|\d{1,2}[.)]\s)")
# A stop with what closes behind it; then white space, or a capital glued on, as scraped pages have it. The first sign
# stands before the choice: so the search leaps from one to the next. No second sign of a row begins anything: linear.
_STOP = re.compile(r"[.!?…](?<![.!?…].)(?:[.!?…]*[\"'”’»)\]]*(?=\s|$)|(?<=[a-z]{2}[.!?])[\"”’]?(?=[A-Z][a-z]))")
_BEFORE_STOP = re.compile(r"[^\s(\[\"“'‘]*$")
_OPENS = re.compile(r"\s*[\"'“‘«(\[•*-]*\s*(\w?)(\w*)")
# Words that open a sentence behind an abbreviation that may end one: "... the U.S. He said".
_STARTERS = _set(
    "the a an he she it they we i in on at but and his her its their this that these those there when while after "
    "before according police officials witnesses authorities no one two three four five several meanwhile however"
)
_MAY_END = _set("a.m p.m u.s u.k u.n e.u d.c etc co inc ltd jr sr no st ave rd blvd")
_MAX_WORD = 30  # an abbreviation is never longer


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: ``getattr(article, field)[start:end] == text``, save that lone surrogates read as U+FFFD."""

    field: Field
    start: int
    end: int
    text: str
    section: Section
    paragraph: int


@dataclass(frozen=True, slots=True)
class Reading:
    """An article and its sentences, title first, in order."""

    article: RawArticle
    sentences: tuple[Sentence, ...]


def readable(text: str) -> str:
    """Replace lone surrogates, one for one, so that offsets hold and UTF-8 libraries can read the text."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def span_of(article: RawArticle, field: Field, start: int, end: int) -> Span:
    """Build the span for offsets into a field of the original article."""
    return Span(field=field, start=start, end=end, quote=getattr(article, field)[start:end])


def read(article: RawArticle) -> Reading:
    """Cut an article into sentences, marking the section of each. Linear in the length of the text."""
    sentences: list[Sentence] = []
    titled = bool(article.title.strip())
    if titled:
        title = readable(article.title)
        for start, end in _sentences(title, 0, len(title)):
            sentences.append(Sentence("title", start, end, title[start:end], Section.HEADLINE, 0))
    text = readable(article.text)
    bounds = list(_paragraphs(text))
    marks = mark_sections([text[start:end] for start, end in bounds], readable(article.title).strip())
    for number, ((first, last), section) in enumerate(zip(bounds, marks, strict=True), start=1):
        for start, end in _sentences(text, first, last):
            sentences.append(Sentence("text", start, end, text[start:end], section, number))
    return Reading(article, tuple(sentences))


@cache
def _abbreviations() -> frozenset[str]:
    lines = resources.files("services.text").joinpath("abbreviations.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the bounds of paragraphs: lines, joined where a break only wraps a sentence."""
    lines = [(m.start(), m.end()) for m in _LINE.finditer(text) if not m.group().isspace()]
    wrapped = _is_wrapped(text, lines)
    start = end = -1
    for first, last in lines:
        if start >= 0 and _continues(text, (start, end), (first, last), wrapped=wrapped):
            end = last
            continue
        if start >= 0:
            yield _stripped(text, start, end)
        start, end = first, last
    if start >= 0:
        yield _stripped(text, start, end)


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _gap(text: str, end: int, start: int) -> int:
    """Count the line breaks between two lines; CRLF is one."""
    return text.count("\n", end, start) or text.count("\r", end, start) or 1


def _is_wrapped(text: str, lines: list[tuple[int, int]]) -> bool:
    """Tell whether a text is typed with lines of one width, its sentences running on over the breaks."""
    followed = [b[1] - b[0] for b, c in pairwise(lines) if _gap(text, b[1], c[0]) == 1]
    if len(followed) < 2 or max((b[1] - b[0] for b in lines), default=0) > 120:
        return False
    return sum(45 <= width <= 100 for width in followed) >= 0.6 * len(followed)


def _continues(text: str, before: tuple[int, int], line: tuple[int, int], *, wrapped: bool) -> bool:
    """Tell whether a line goes on with the paragraph that ends before it."""
    if _gap(text, before[1], line[0]) > 1 or _BULLET.match(text, line[0], min(line[0] + 8, line[1])):
        return False
    if wrapped:
        return not text.startswith(("  ", "\t"), line[0])
    ending = text[max(before[0], before[1] - 3) : before[1]].rstrip()
    opening = text[line[0] : line[0] + 8].lstrip()
    return bool(opening) and opening[0].islower() and not ending.endswith((".", "!", "?", ":"))


def _sentences(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the bounds of the sentences of ``text[first:last]``, without white space around them."""
    start = first
    for stop in _STOP.finditer(text, first, last):
        end = stop.end()
        if end < last and not _ends_sentence(text, start, stop, last):
            continue
        low, high = _stripped(text, start, end)
        if low < high:
            yield low, high
        start = end
    low, high = _stripped(text, start, last)
    if low < high:
        yield low, high


def _ends_sentence(text: str, start: int, stop: re.Match[str], last: int) -> bool:
    opens = _OPENS.match(text, stop.end(), min(stop.end() + 40, last))
    first, word = (opens.group(1), (opens.group(1) + opens.group(2)).lower()) if opens else ("", "")
    if first.islower():
        return False
    if not stop.group().startswith(".") or stop.group().startswith(".."):
        return True
    begin = max(start, stop.start() - _MAX_WORD)
    found = _BEFORE_STOP.search(text, begin, stop.start())
    before = found.group() if found else ""
    if before.lower() in _MAY_END:
        return word in _STARTERS or (not word and before.lower() != "no")
    if before.lower() in _abbreviations():
        return False
    initial = len(before) == 1 and before.isupper()
    return not initial or word in _STARTERS
