"""An article with everything that was read out of it marked in its sentences, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from contracts.article import EnrichedArticle
from contracts.casualties import CasualtyClaim
from contracts.incidents import IncidentLink
from contracts.places import Place
from contracts.spans import Section, Span
from contracts.weapons import WeaponMention
from services.cli.report import count_words, when_words
from services.text.dates import find_dates
from services.text.published import reference_day
from services.text.reading import Reading, Sentence, read, span_of

_STYLES = {"casualties": "bold red", "weapon": "yellow", "place": "green", "date": "cyan"}


@dataclass(frozen=True)
class Mark:
    """Words of the article, what they were read as, and a line that says why."""

    span: Span
    kind: str
    note: str


def marks(article: EnrichedArticle, reading: Reading) -> list[Mark]:
    """List the claims, weapons, places and dates of an article in order of their words, the longest first."""
    places = {place.place_id: place for place in article.places}
    claims = {claim.claim_id: claim for claim in article.casualties}
    found = [Mark(c.span, "casualties", _claim(c, claims, places)) for c in article.casualties]
    found += [Mark(w.span, "weapon", _weapon(w)) for w in article.weapons]
    found += [Mark(span, "place", _place(p)) for p in article.places for span in p.spans]
    found += _dates(article, reading)
    return sorted(found, key=lambda mark: (mark.span.field == "text", mark.span.start, -mark.span.end))


def explain(article: EnrichedArticle, console: Console | None = None) -> None:
    """Print an article sentence by sentence, each mark numbered in its words and accounted for beneath them."""
    out = console or Console()
    reading = read(article.article)
    waiting = marks(article, reading)
    for sentence in reading.sentences:
        here = [m for m in waiting if m.span.field == sentence.field and m.span.start < sentence.end]
        waiting = waiting[len(here) :]
        if sentence.section is not Section.BODY:
            out.print(Text(f"[{sentence.section.value}]", style="dim"))
        out.print(_marked(sentence, here), soft_wrap=True)
        for number, mark in enumerate(here, 1):
            out.print(Text(f"    {number} {mark.kind}: {mark.note}", style=_STYLES[mark.kind]), soft_wrap=True)
    if article.incidents:
        out.print(Text("incidents", style="bold"))
    places = {place.place_id: place for place in article.places}
    for link in article.incidents:
        out.print(Text(_incident(link, places)), soft_wrap=True)


def _marked(sentence: Sentence, here: Iterable[Mark]) -> Text:
    """Return a sentence with ``[1 words]`` around the words of each mark."""
    opening: dict[int, list[tuple[int, str]]] = {}
    closing: dict[int, list[str]] = {}
    for number, mark in enumerate(here, 1):
        style = _STYLES[mark.kind]
        opening.setdefault(max(0, mark.span.start - sentence.start), []).append((number, style))
        closing.setdefault(min(mark.span.end, sentence.end) - sentence.start, []).append(style)
    text = Text()
    open_styles: list[str] = []
    for at, character in enumerate(sentence.text + " "):
        for style in closing.get(at, []):
            open_styles.remove(style)
            text.append("]", style)
        for number, style in opening.get(at, []):
            text.append(f"[{number} ", style)
            open_styles.append(style)
        text.append(" " if character.isspace() else character, open_styles[-1] if open_styles else None)
    text.rstrip()
    return text


def _dates(article: EnrichedArticle, reading: Reading) -> Iterator[Mark]:
    published = reference_day(article.article)
    for sentence in reading.sentences:
        for date in find_dates(sentence.text, published):
            first = sentence.start + date.start
            span = span_of(article.article, sentence.field, first, sentence.start + date.end)
            yield Mark(span, "date", _joined(when_words(date.when), date.when.precision.value) + _why(date.rule))


def _claim(claim: CasualtyClaim, claims: dict[str, CasualtyClaim], places: dict[str, Place]) -> str:
    def other(relation: str, claim_id: str | None) -> str:
        return f"{relation} “{_line(claims[claim_id].span.quote)}”" if claim_id in claims else ""

    place = places.get(claim.place_id or "")
    return _joined(
        f"{claim.harm.value} {count_words(claim.count)}",
        " ".join(filter(None, (claim.victims.side, claim.victims.group))),
        ", ".join(claim.victims.names),
        f"in {place.name}" if place else "",
        when_words(claim.when) if claim.when else "",
        f"says {claim.claimant}" if claim.claimant else "",
        claim.scope.value,
        claim.status.value,
        other("part of", claim.part_of),
        other("the same as", claim.same_as),
        other("beside", claim.adds_to),
    ) + _why(claim.rule, claim.confidence)


def _weapon(weapon: WeaponMention) -> str:
    return _joined(
        weapon.name or "",
        weapon.category.value,
        weapon.role.value,
        count_words(weapon.quantity) if weapon.quantity else "",
        f"of {weapon.operator}" if weapon.operator else "",
    ) + _why(weapon.rule, weapon.confidence)


def _place(place: Place) -> str:
    unit = place.admin1 if place.admin1 not in {place.name, place.city} else None
    where = ", ".join(filter(None, (place.name, place.city, unit, place.country)))
    known = f"known to {place.precision.value}"
    return _joined(where, place.kind, known, place.place_id) + _why(place.rule, place.confidence)


def _incident(link: IncidentLink, places: dict[str, Place]) -> str:
    place = places.get(link.place_id or "")
    told = _joined(
        link.role.value,
        link.type.value.replace("_", " "),
        place.name if place else "place unknown",
        when_words(link.when),
        f"killed {count_words(link.killed)}",
        f"injured {count_words(link.injured)}",
    )
    reasons = ", ".join(f"{e.feature} {e.weight:+.1f}" for e in link.evidence)
    why = f"joined by {reasons}" if reasons else "first account of it"
    return f"  {told}\n    {link.incident_id} · {why} · confidence {link.confidence:.2f}"


def _joined(*parts: str) -> str:
    return " · ".join(_line(part) for part in parts if part)


def _line(words: str) -> str:
    return " ".join(words.split())


def _why(rule: str | None, confidence: float | None = None) -> str:
    said = [f"rule {rule}" if rule else "", f"confidence {confidence:.2f}" if confidence is not None else ""]
    return f" ({', '.join(filter(None, said))})"
