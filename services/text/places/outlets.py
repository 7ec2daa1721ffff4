"""Where an article's outlet is at home: what a paper of one town says of "Springfield" it says of its own."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib import resources

from contracts.article import RawArticle
from contracts.places import PlacePrecision
from services.text.gazetteer import Entry, Gazetteer

_HOST = re.compile(r"^(?:https?://)?(?:www\.)?([a-z0-9.-]{1,200}\.([a-z]{2,}))(?:[:/]|$)", re.IGNORECASE)
# Domains of countries that anybody takes.
_WORLDWIDE = frozenset("ai cc co eu fm gg io me to tv ws".split())
_COUNTRY_DOMAIN = 2


def home_of(article: RawArticle, gazetteer: Gazetteer) -> tuple[Entry | None, str | None]:
    """Return the town or state where an article's outlet is at home, if that is known, and its country."""
    host = _HOST.match(article.url or article.source or "")
    if host is None:
        return None, None
    labels = host[1].casefold().split(".")
    for first in range(len(labels) - 1):
        row = outlets().get(".".join(labels[first:]))
        if row is not None:
            country, unit, place = row
            return home_entry(gazetteer, country, unit, place), country
    domain = labels[-1]
    if len(domain) != _COUNTRY_DOMAIN or domain in _WORLDWIDE:
        return None, None
    return None, "GB" if domain == "uk" else domain.upper()


def home_entry(gazetteer: Gazetteer, country: str, unit: str, place: str) -> Entry | None:
    """Find a town, else a first-level unit, of the gazetteer."""
    for entry in gazetteer.named(place or unit) if unit else ():
        wanted = PlacePrecision.ADMIN1 if not place else PlacePrecision.SETTLEMENT
        if entry.country == country and entry.precision is wanted and (not place or entry.admin1 == unit):
            return entry
    return None


@cache
def outlets() -> dict[str, tuple[str, str, str]]:
    """Read outlets.tsv by host."""
    text = resources.files(__package__).joinpath("outlets.tsv").read_text(encoding="utf-8")
    table = csv.DictReader((line for line in text.splitlines() if not line.startswith("#")), delimiter="\t")
    return {host: (row["country"], row["unit"], row["place"]) for row in table for host in row["hosts"].split()}
