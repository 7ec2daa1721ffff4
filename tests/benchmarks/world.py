"""A made-up world of incidents, spread over places and days as real ones are, and a ledger of them in Postgres."""

from __future__ import annotations

import uuid
from bisect import bisect
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate, repeat
from random import Random

import psycopg

from contracts.article import RawArticle
from contracts.incidents import IncidentLink, IncidentType, LinkRole, TollReport
from contracts.places import Place, PlacePrecision
from contracts.spans import Count, Precision, When
from services.incidents.fold import fold
from services.incidents.index import filed
from services.incidents.link import keys_of, profile
from services.incidents.records import Mention, Traces, Version, fingerprint

NAMESPACE = uuid.UUID(int=0x3C0DE)
LAST_DAY = date(2025, 12, 31)
COUNTRIES, UNITS, SETTLEMENTS = 60, 8, 4000
TYPES = (IncidentType.SHELLING, IncidentType.AIR_STRIKE, IncidentType.SHOOTING, IncidentType.IED_BOMBING)
ACCOUNTS = (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 6)
CHUNK = 2000
TABLES = ("incidents", "mentions", "articles", "whereabouts", "traces")


class World:
    """So many incidents over so many days; number n is the same incident whenever it is asked for.

    A hundredth of the settlements has half of the incidents, ten towns along a front that moves each week a third of all;
    a day in ten has five times as many as the others. One incident in 25 has no place, one in 25 no day, one in six a
    vague one.
    """

    def __init__(self, incidents: int, days: int) -> None:
        self.incidents, self.days, self._first = incidents, days, LAST_DAY - timedelta(days=days - 1)
        self.daily = incidents / days
        dice = Random(1)
        self._days = list(accumulate(5.0 if dice.random() < 0.1 else 1.0 for _ in range(days)))
        self._places = [_settlement(n, dice) for n in range(SETTLEMENTS)]
        self._shares = list(accumulate(1.0 / (n + 2) for n in range(SETTLEMENTS)))
        self._fronts = [dice.randrange(SETTLEMENTS // 20) for _ in range(days // 7 + 1)]

    def day(self, number: int) -> date:
        """Return the day of an incident; they are numbered in order of time."""
        share = (number + 0.5) / self.incidents * self._days[-1]
        return self._first + timedelta(days=min(self.days - 1, bisect(self._days, share)))

    def fresh(self, number: int) -> Mention:
        """Return the first account of an incident that is in no ledger, of the last day."""
        return self.account(self.incidents + number)

    def account(self, number: int, account: int = 0) -> Mention:
        """Return an account of an incident: all of them share place, day and people, and half of the sentences."""
        dice = Random(number)
        day = self.day(number)
        where = self._where(dice, (day - self._first).days)
        dated = dice.random()
        vague = 0.04 <= dated < 0.2
        when = When(start=day, end=day, precision=Precision.DAY, basis="publication" if vague else "text")
        article_id = str(uuid.uuid5(NAMESPACE, f"article {number} {account}"))
        reported_at = datetime.combine(day, time(6, tzinfo=UTC)) + timedelta(
            hours=dice.randrange(12) + 2 * min(account, 12)
        )
        killed = Count.exact(dice.randrange(1, 12))
        told = TollReport(count=killed, source=f"Outlet {account}", article_id=article_id, reported_at=reported_at)
        return Mention(
            mention_id=str(uuid.uuid5(NAMESPACE, f"mention {number} {account}")),
            article_id=article_id,
            role=LinkRole.MAIN,
            type=dice.choice(TYPES),
            place=where,
            when=When() if dated < 0.04 else when,
            killed=killed,
            killed_reports=(told,),
            traces=_traces(dice, number, account),
            source=f"Outlet {account}",
            reported_at=reported_at,
        )

    def _where(self, dice: Random, day: int) -> Place | None:
        kind = dice.random()
        if kind < 0.04:
            return None
        front = kind > 0.67
        near = self._fronts[day // 7] + dice.randrange(10)
        number = near if front else bisect(self._shares, dice.random() * self._shares[-1])
        place = self._places[number]
        return _wider(place) if 0.04 <= kind < 0.12 else place


def _settlement(number: int, dice: Random) -> Place:
    country = int(COUNTRIES * dice.random() ** 2)
    unit = dice.randrange(UNITS)
    return Place(
        place_id=f"geonames:{number}", name=f"Town {number}", kind="town", precision=PlacePrecision.SETTLEMENT,
        country=f"{chr(65 + country // 26)}{chr(65 + country % 26)}", admin1=f"Unit {unit}",
        lat=round(-30 + country + 4 * (unit % 2) + 4 * dice.random(), 4),
        lon=round(-170 + 5.5 * country + unit + dice.random(), 4),
    )  # fmt: skip


@cache
def _wider(place: Place) -> Place:
    """Return the unit or the country around a settlement."""
    precision = PlacePrecision.COUNTRY if int(place.place_id[9:]) % 2 else PlacePrecision.ADMIN1
    name = place.admin1 if precision == PlacePrecision.ADMIN1 else place.country
    return place.model_copy(
        update={"place_id": f"tocsin:{place.country}-{name}", "name": name or "", "precision": precision}
    )


def _traces(dice: Random, number: int, account: int) -> Traces:
    """Draw what reports hold on average: one person, a street or a venue, five names, eight sentences.

    Most people and venues are in the news once, some often.
    """
    people = int(2_000_000 * dice.random() ** 2)
    sentences = [f"{number:07x}{n if n < 4 else 10 * account + n:05x}" for n in range(8)]
    return Traces(
        persons=(f"given{people % 700} family{people}",),
        streets=(f"{100 * dice.randrange(80)} road{dice.randrange(3000)} street",) if dice.random() < 0.6 else (),
        venues=(f"hall {int(200_000 * dice.random() ** 2)} market",) if dice.random() < 0.4 else (),
        names=tuple(sorted({f"name{int(40_000 * dice.random() ** 3)} of{n % 2}" for n in range(5)})),
        copies=tuple(sorted(sentences)),
        circumstances=tuple(sorted({f"mark-{dice.randrange(30)}" for _ in range(3)})),
    )


def article_of(mention: Mention) -> RawArticle:
    """Return the article that tells of one incident."""
    return RawArticle(
        article_id=uuid.UUID(mention.article_id), title="Made up", text=mention.mention_id, source=mention.source,
        published_at=mention.reported_at, ingested_at=mention.reported_at,
    )  # fmt: skip


Row = tuple[str, ...]


def rows(world: World, number: int) -> dict[str, list[Row]]:
    """Return the rows of an incident by table, with those of its accounts, as the linker would have left them."""
    founder = world.account(number)
    incident_id = str(uuid.uuid5(NAMESPACE, f"incident {number}"))
    accounts = [founder, *(world.account(number, n) for n in range(1, ACCOUNTS[number * 7919 % len(ACCOUNTS)]))]
    founded = founder.reported_at.isoformat()
    known = profile(incident_id, founder.reported_at, accounts).to_json().decode()
    record = fold(incident_id, accounts).to_json().decode()
    places = {(block, str(first), str(last), incident_id) for m in accounts for block, first, last in filed(m)}
    return {
        "incidents": [(incident_id, founded, record, known)],
        "mentions": [
            (m.mention_id, incident_id, m.article_id, m.reported_at.isoformat(), m.to_json().decode()) for m in accounts
        ],
        "articles": [(m.article_id, _version(m, incident_id).to_json().decode()) for m in accounts],
        "whereabouts": sorted(places),
        "traces": [(key, incident_id) for key in sorted({k for m in accounts for k in keys_of(m)})],
    }


def _version(mention: Mention, incident_id: str) -> Version:
    link = IncidentLink(
        incident_id=incident_id, mention_id=mention.mention_id, role=mention.role, type=mention.type,
        when=mention.when, killed=mention.killed,
    )  # fmt: skip
    return Version(
        article_id=mention.article_id, content_hash=article_of(mention).content_hash, ingested_at=mention.reported_at,
        reported_at=mention.reported_at, fingerprint=fingerprint((mention,)), links=(link,), touched=(incident_id,),
    )  # fmt: skip


def _chunk(world: World, numbers: Sequence[int]) -> dict[str, str]:
    """Return the rows of some incidents in the format of COPY."""
    lines: dict[str, list[str]] = {table: [] for table in TABLES}
    for number in numbers:
        for table, some in rows(world, number).items():
            lines[table] += ["\t".join(row).replace("\\", "\\\\") + "\n" for row in some]
    return {table: "".join(some) for table, some in lines.items()}


COLUMNS = {
    "incidents": "incident_id, founded_at, record, profile",
    "mentions": "mention_id, incident_id, article_id, reported_at, record",
    "articles": "article_id, record",
    "whereabouts": "block, first_day, last_day, incident_id",
    "traces": "key, incident_id",
}


def fill(connection: psycopg.Connection, world: World, processes: int) -> None:
    """Copy all incidents of a world into an empty index; its keys and indexes are made again afterwards."""
    found = connection.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype FROM pg_constraint"
        " WHERE connamespace = 'tocsin_linker'::regnamespace AND contype IN ('p', 'f') ORDER BY contype DESC"
    ).fetchall()
    constraints = [row for row in found if not row[0].endswith("alembic_version")]
    indexes = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'tocsin_linker' AND indexname NOT IN"
        " (SELECT conname FROM pg_constraint)"
    ).fetchall()
    for table, name, _, _ in sorted(constraints, key=lambda row: row[3]):
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        connection.execute(f"DROP INDEX tocsin_linker.{name}")
    chunks = [range(n, min(n + CHUNK, world.incidents)) for n in range(0, world.incidents, CHUNK)]
    with ProcessPoolExecutor(processes) as pool:
        for made in pool.map(_chunk, repeat(world), chunks):
            for table, lines in made.items():
                with connection.cursor().copy(f"COPY tocsin_linker.{table} ({COLUMNS[table]}) FROM STDIN") as copy:
                    copy.write(lines)
    for table, name, definition, _ in constraints:
        connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for _, definition in indexes:
        connection.execute(definition)
    connection.execute("ANALYZE")
