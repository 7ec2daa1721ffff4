"""An article as the language core reads it: sections, paragraphs and sentences with offsets into the original."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from contracts.article import RawArticle
from contracts.spans import Section, Span

Field = Literal["title", "text"]

_SURROGATES = {code: 0xFFFD for code in range(0xD800, 0xE000)}


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
    return text.translate(_SURROGATES)


def span_of(article: RawArticle, field: Field, start: int, end: int) -> Span:
    """Build the span for offsets into a field of the original article."""
    return Span(field=field, start=start, end=end, quote=getattr(article, field)[start:end])


def read(article: RawArticle) -> Reading:
    """Cut an article into sentences, marking the section of each. Linear in the length of the text."""
    sentences: list[Sentence] = []
    if article.title.strip():
        title = readable(article.title)
        sentences.append(Sentence("title", 0, len(title), title, Section.HEADLINE, 0))
    text = readable(article.text)
    for number, paragraph in enumerate(re.finditer(r"[^\n]+", text)):
        at = paragraph.start()
        for piece in re.finditer(r"\S.*?(?:[.!?][\"'”’)]*(?=\s|$)|$)", paragraph.group()):
            start, end = at + piece.start(), at + piece.end()
            sentences.append(Sentence("text", start, end, text[start:end], Section.BODY, number))
    return Reading(article, tuple(sentences))
