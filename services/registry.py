"""The table of services: a new one is a folder and a line here."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from services.runtime.service import Enricher, Loop, Processor

ENRICHERS: tuple[str, ...] = ("entities", "weapons", "casualties")

SERVICES: dict[str, str] = {
    "ingest": "articles from HTTP and feeds to Kafka",
    "entities": "who, what and where: names and places",
    "weapons": "weapons and their roles",
    "casualties": "casualty claims",
    "assembler": "joins an article with its annotations",
    "incidents": "links mentions of the same event",
    "sink": "writes Postgres",
    "lag": "measures how far every service is behind",
}


def module_of(name: str) -> str:
    """Return the module that describes a service."""
    return f"services.{name}.service"


def load(name: str) -> Enricher | Processor | Loop:
    """Import a service's description. Raises ``KeyError`` for a name that is not in the table."""
    if name not in SERVICES:
        raise KeyError(name)
    return cast("Enricher | Processor | Loop", importlib.import_module(module_of(name)).SERVICE)
