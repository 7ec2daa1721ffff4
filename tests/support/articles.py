"""Generated articles: three outlets on each incident, every incident at a place and on a day of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

CITIES = (
    "Kharkiv", "Odesa", "Dnipro", "Zaporizhzhia", "Lviv", "Mykolaiv", "Kherson", "Sumy", "Chernihiv", "Poltava",
    "Kryvyi Rih", "Kramatorsk", "Pavlohrad", "Nikopol", "Izium", "Zhytomyr", "Vinnytsia", "Ternopil", "Rivne", "Lutsk",
)  # fmt: skip
WEAPONS = ("Kh-59 missiles", "Shahed drones", "Iskander missiles", "S-300 missiles", "glide bombs")
OPENINGS = (
    "{weapons} struck {city} on {day}, killing {killed} people and wounding {injured}, the regional governor said.",
    "At least {killed} people were killed and {injured} injured when {weapons} hit {city} on {day}, officials said.",
    "The death toll of the attack on {city} on {day} stands at {killed}, and {injured} people were hurt by {weapons}.",
)
SOURCES = ("Meridian Wire", "Harbour Gazette", "Plains Courier")
BASE = datetime(2024, 2, 1, 12, tzinfo=UTC)


def article(number: int) -> dict[str, object]:
    """Make the article of that number: deterministic."""
    incident, outlet = divmod(number, len(SOURCES))
    lap, at = divmod(incident, len(CITIES))
    city, day = CITIES[at], BASE + timedelta(days=9 * lap)
    facts = {
        "city": city,
        "day": f"{day:%B} {day.day}, {day:%Y}",
        "weapons": WEAPONS[incident % len(WEAPONS)],
        "killed": 2 + incident % 7,
        "injured": 11 + incident % 9,
    }
    return {
        "title": f"{city} under attack",
        "text": OPENINGS[outlet].format(**facts)
        + f"\n\nRescuers worked through the rubble in {city} until the evening.",
        "source": SOURCES[outlet],
        "url": f"https://{SOURCES[outlet].split()[0].lower()}.example/{number}",
        "published_at": (day + timedelta(hours=outlet)).isoformat(),
        "ingested_at": (day + timedelta(hours=outlet, minutes=5)).isoformat(),
    }


def articles(count: int) -> Iterator[bytes]:
    """Make so many articles as JSON."""
    for number in range(count):
        yield json.dumps(article(number)).encode()
