"""The linker's index made again from the topics: what was decided is taken over, nothing is decided anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import psycopg

from contracts.article import AssembledArticle, EnrichedArticle
from contracts.incidents import Incident
from services.incidents.index import MemoryIndex, at_moment, founds
from services.incidents.link import profile
from services.incidents.mentions import Parts, find_mentions
from services.incidents.postgres import PostgresIndex, StoredMentions, closure, store
from services.incidents.records import Version, fingerprint, reported_at

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Restorer(PostgresIndex):
    """An index that is filled with incidents, then with the links of enriched articles, then with their mentions."""

    def empty(self) -> bool:
        """Tell whether nothing is in the index. Raises ``psycopg.Error``."""
        found = self._open().execute("SELECT NOT EXISTS (SELECT FROM tocsin_linker.incidents)").fetchone()
        return found == (True,)

    def incidents(self, incidents: Iterable[Incident]) -> None:
        """Take records of incidents, the newest of each last."""
        newest = {incident.incident_id: incident for incident in incidents}
        rows = []
        for incident_id, incident in sorted(newest.items()):
            founded_at = incident.first_reported_at or LONG_AGO
            blank = profile(incident_id, founded_at, ()).to_json().decode()
            rows.append((incident_id, incident.merged_into, founded_at, incident.to_json().decode(), blank))
        connection = self._open()
        with connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO tocsin_linker.incidents (incident_id, merged_into, founded_at, record, profile)"
                " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (incident_id) DO UPDATE SET"
                " merged_into = EXCLUDED.merged_into, founded_at = EXCLUDED.founded_at, record = EXCLUDED.record",
                rows,
            )

    def links(self, enriched: Iterable[EnrichedArticle]) -> None:
        """Take the links of the newest version of each article, whatever order they come in."""
        connection = self._open()
        newest = {str(one.article.article_id): one for one in sorted(enriched, key=_age)}
        held = _versions(connection, newest)
        rows = {}
        for article_id, one in newest.items():
            article = one.article
            if article_id in held and (held[article_id].ingested_at, held[article_id].content_hash) > _age(one)[:2]:
                continue
            version = Version(
                article_id=str(article.article_id), content_hash=article.content_hash, fingerprint="",
                ingested_at=article.ingested_at, reported_at=reported_at(article), links=one.incidents,
                touched=tuple(sorted({link.incident_id for link in one.incidents})),
            )  # fmt: skip
            rows[version.article_id] = version.to_json().decode()
        with connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO tocsin_linker.articles (article_id, record) VALUES (%s, %s)"
                " ON CONFLICT (article_id) DO UPDATE SET record = EXCLUDED.record",
                sorted(rows.items()),
            )

    def mentions(self, assembled: Sequence[AssembledArticle]) -> int:
        """File the mentions of articles as they were linked; return how many. Other versions are passed over."""
        connection = self._open()
        with connection.transaction():
            held = _versions(connection, [str(one.article.article_id) for one in assembled])
            index = MemoryIndex(StoredMentions(connection))
            self._fill(connection, index, closure(connection, {i for v in held.values() for i in v.touched}))
            count = 0
            for one in assembled:
                version = held.get(str(one.article.article_id))
                if version is None or version.content_hash != one.article.content_hash:
                    continue
                told = tuple(at_moment(m, version.reported_at) for m in find_mentions(Parts.of(one)))
                linked = {link.mention_id: link.incident_id for link in version.links}
                for mention in told:
                    if mention.mention_id in linked:
                        incident_id = index.resolve(linked[mention.mention_id])
                        if founds(mention, incident_id):
                            index.ledgers[incident_id].founded_at = mention.reported_at
                        index.add(incident_id, [mention])
                        count += 1
                index.versions[version.article_id] = version.model_copy(update={"fingerprint": fingerprint(told)})
                index.linked.add(version.article_id)
            store(connection, index)
            with connection.cursor() as cursor:
                cursor.executemany(
                    "UPDATE tocsin_linker.incidents SET founded_at = %s WHERE incident_id = %s",
                    [(index.ledgers[i].founded_at, i) for i in sorted(index.changed)],
                )
        return count


def _age(one: EnrichedArticle) -> tuple[datetime, str, datetime]:
    return one.article.ingested_at, one.article.content_hash, one.enriched_at


def _versions(connection: psycopg.Connection, article_ids: Iterable[str]) -> dict[str, Version]:
    rows = connection.execute(
        "SELECT record FROM tocsin_linker.articles WHERE article_id = ANY(%s::uuid[])", (list(article_ids),)
    )
    return {version.article_id: version for version in (Version.from_json(row[0]) for row in rows)}
