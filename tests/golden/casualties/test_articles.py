"""Casualty claims of short articles: each statement, its figure, its relations, and the toll."""

import re
import uuid
from pathlib import Path

import pytest

from contracts.article import RawArticle
from contracts.casualties import ClaimStatus, Scope
from services.casualties.extract import extract, load
from services.text.tolls import toll

ARTICLES = Path(__file__).with_name("articles.txt")
MARK = re.compile(r"\[\[(.*?) \| (.*?)\]\]", re.DOTALL)
LABELS = {
    "exact": "{best}",
    "at_least": "{best}+",
    "more_than": ">{best}",
    "up_to": "<={best}",
    "about": "~{best}",
    "range": "{min}-{max}",
}
LOOSE = {"dozens", "scores", "hundreds", "thousands"}


def cases():
    for line in ARTICLES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, rest = line.partition(": ")
            marked, _, expected = rest.partition(" =>")
            yield pytest.param(marked.replace("\\n", "\n"), expected.strip(), id=name)


def figure(count):
    if count is None:
        return None
    pattern = "{min}*" if count.qualifier.value in LOOSE else LABELS.get(count.qualifier.value, "?")
    return pattern.format(best=count.best, min=count.min, max=count.max)


def reading(claim):
    words = [claim.harm.value, figure(claim.count)]
    words += [claim.status.value] if claim.status is not ClaimStatus.REPORTED else []
    words += [claim.scope.value] if claim.scope is not Scope.INCIDENT else []
    words += [
        name for name, other in (("part", claim.part_of), ("same", claim.same_as), ("adds", claim.adds_to)) if other
    ]
    words += ["joint"] if claim.rule.endswith("_joint") else []
    return " ".join(words)


def unmarked(marked):
    """Return the text without its marks, and the marks: start, end, readings."""
    text, marks, end = "", [], 0
    for found in MARK.finditer(marked):
        text += marked[end : found.start()]
        start = len(text)
        text += found.group(1)
        marks += [(start, len(text), r.strip()) for r in found.group(2).split(";")]
        end = found.end()
    return text + marked[end:], marks


@pytest.fixture(scope="module")
def model():
    return load(None)


@pytest.mark.parametrize(("marked", "expected"), cases())
def test_every_statement_is_read(marked, expected, model):
    text, marks = unmarked(marked)
    article = RawArticle(article_id=uuid.uuid5(uuid.NAMESPACE_URL, text), text=text, published_at="2024-07-08")
    claims = extract(article, model).casualties
    found = []
    for claim in claims:
        assert article.text[claim.span.start : claim.span.end] == claim.span.quote
        within = [start for start, end, _ in marks if start < claim.span.end and claim.span.start < end]
        found.append((min(within, key=lambda start: abs(start - claim.span.start), default=-1), reading(claim)))
    assert sorted(found) == sorted((start, wanted) for start, _, wanted in marks)
    tolls = " ".join(f"{harm} {figure(t)}" for harm in ("killed", "injured") if (t := toll(claims, harm)) is not None)
    assert tolls == expected
