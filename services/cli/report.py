"""What Tocsin read out of an article, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.text.reading import read

if TYPE_CHECKING:
    from contracts.article import EnrichedArticle
    from contracts.incidents import Incident
    from contracts.places import Place
    from contracts.spans import Count, Span, When

_WORDS = {
    "at_least": "at least {best}",
    "more_than": "more than {best}",
    "up_to": "up to {best}",
    "fewer_than": "fewer than {best}",
    "about": "about {best}",
    "range": "{min} to {max}",
}


def count_words(count: Count | None) -> str:
    """Write a count as a person would."""
    if count is None:
        return "–"
    if count.best is None and count.qualifier.value not in ("range", "exact"):
        return count.qualifier.value
    form = _WORDS.get(count.qualifier.value, "{best}")
    return form.format(best=f"{count.best:,}" if count.best is not None else "?", min=count.min, max=count.max)


def when_words(when: When | None) -> str:
    """Write a time as a person would."""
    if when is None or when.start is None:
        return "day unknown"
    end = f" to {when.end}" if when.end and when.end != when.start else ""
    return f"{when.start}{end}{' (night)' if when.precision.value == 'night' else ''}"


def sentence_of(article: EnrichedArticle, span: Span) -> str:
    """Return the sentence that a span stands in, on one line."""
    for sentence in read(article.article).sentences:
        if sentence.field == span.field and sentence.start <= span.start < sentence.end:
            return " ".join(sentence.text.split())
    return " ".join(span.quote.split())


def show(article: EnrichedArticle, console: Console | None = None) -> None:
    """Print the report of one article."""
    out = console or Console()
    places = {p.place_id: p for p in article.places}
    out.rule(escape(article.article.title or article.article.text[:80].splitlines()[0]))
    for link in article.incidents:
        place = places.get(link.place_id or "")
        where = place.name if place else "place unknown"
        out.print(
            f"[bold]{link.role.value}[/bold] {link.type.value.replace('_', ' ')} · {escape(where)} · "
            f"{when_words(link.when)} · killed {count_words(link.killed)} · injured {count_words(link.injured)}"
        )
    _casualties(article, places, out)
    _weapons(article, out)
    if article.places:
        out.print(
            "[bold]places[/bold]   " + escape(", ".join(f"{p.name} ({p.country or '–'})" for p in article.places))
        )
    people = [e.name for e in article.entities if e.label in ("PERSON", "ORG")]
    if people:
        out.print("[bold]names[/bold]    " + escape(", ".join(dict.fromkeys(people))))


def _casualties(article: EnrichedArticle, places: Mapping[str, Place], out: Console) -> None:
    if not article.casualties:
        return
    table = Table("harm", "count", "who", "where", "when", "scope", "status", "section", "words", box=None)
    for claim in article.casualties:
        place = places.get(claim.place_id or "")
        table.add_row(
            claim.harm.value,
            count_words(claim.count),
            escape(claim.victims.group),
            escape(place.name if place else ""),
            when_words(claim.when) if claim.when else "",
            claim.scope.value,
            claim.status.value,
            claim.section.value,
            escape(" ".join(claim.span.quote.split())),
        )
    out.print(table)


def _weapons(article: EnrichedArticle, out: Console) -> None:
    if not article.weapons:
        return
    table = Table("weapon", "category", "role", "quantity", "operator", "words", box=None)
    for weapon in article.weapons:
        table.add_row(
            escape(weapon.name or "–"),
            weapon.category.value,
            weapon.role.value,
            count_words(weapon.quantity) if weapon.quantity else "",
            escape(weapon.operator or ""),
            escape(weapon.span.quote),
        )
    out.print(table)


def show_incidents(
    incidents: list[Incident], sentences: Mapping[str, str], titles: Mapping[str, list[str]], out: Console
) -> None:
    """Print the ledger: each incident with its tolls, its sources and the sentence behind each figure."""
    for incident in incidents:
        place = incident.place
        where = (
            f"{place.name}, {place.country}" if place and place.country else place.name if place else "place unknown"
        )
        out.print(
            f"\n[bold]{escape(where)}[/bold] · {when_words(incident.when)} · {incident.type.value.replace('_', ' ')} · "
            f"killed [bold]{count_words(incident.killed.current)}[/bold] · "
            f"injured [bold]{count_words(incident.injured.current)}[/bold]"
        )
        sources = ", ".join(incident.sources) or "no outlet named"
        out.print(
            f"  {incident.article_count} article(s): {escape(sources)}   [dim]{incident.incident_id}[/dim]",
            soft_wrap=True,
        )
        for title in titles.get(incident.incident_id, []):
            out.print(f"  · {escape(title)}", soft_wrap=True)
        for harm, toll in (("killed", incident.killed), ("injured", incident.injured)):
            for report in toll.history:
                sentence = sentences.get(report.claim_id or "")
                said = f" [dim]“{escape(sentence)}”[/dim]" if sentence else ""
                out.print(f"    {harm} {count_words(report.count)}{said}", soft_wrap=True)
