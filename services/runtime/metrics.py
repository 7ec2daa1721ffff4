"""Every metric of Tocsin, in one place; the table in the docs is made from this module and held against it by a test.

No label takes its values from an article: services, outcomes, reasons, topics and partitions are few and known.
"""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)

MESSAGES = Counter(
    "tocsin_messages_total",
    "Messages handled, each counted once: ok, failed (a failed annotation), dead_letter, unreadable (left to the "
    "assembler's dead letters), superseded (an older version of an article), duplicate.",
    ["service", "outcome"],
)
PROCESSING_SECONDS = Histogram(
    "tocsin_batch_processing_seconds", "Time from the reading of a batch to its commit.", ["service"], buckets=SECONDS
)
BATCH_MESSAGES = Histogram(
    "tocsin_batch_messages", "Messages in a batch.", ["service"], buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
)
BATCH_RETRIES = Counter(
    "tocsin_batch_retries_total",
    "Batches read again since a neighbour was away or the group moved.",
    ["service", "reason"],
)
LAG_MESSAGES = Gauge(
    "tocsin_consumer_lag_messages",
    "Messages that wait: end of the partition less the committed offset.",
    ["service", "topic", "partition"],
)
LAG_SECONDS = Gauge(
    "tocsin_consumer_lag_seconds", "Age of the oldest message that waits.", ["service", "topic", "partition"]
)
END_TO_END_SECONDS = Histogram(
    "tocsin_end_to_end_seconds",
    "Time from an article's arrival to its row in Postgres.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200, 86400),
)
DEAD_LETTERS = Counter("tocsin_dead_letters_total", "Messages put aside.", ["service", "reason"])
PENDING_ARTICLES = Gauge("tocsin_assembler_pending_articles", "Articles that wait for annotations.")
PENDING_OLDEST_SECONDS = Gauge(
    "tocsin_assembler_oldest_pending_seconds", "Age of the oldest article that waits; 0 if none does."
)
PENDING_PAUSED = Gauge("tocsin_assembler_paused", "1 while articles.raw is paused since too many articles wait.")
INCIDENT_EVENTS = Counter("tocsin_incidents_total", "Decisions of the linker: opened, joined, merged.", ["event"])
CANDIDATES_PASSED_OVER = Counter(
    "tocsin_candidates_passed_over_total",
    "Incidents near a mention in place and time that it was not compared with, since there were too many.",
)
ARTICLES_LINKED = Counter("tocsin_articles_linked_total", "Articles that went through the linker.")
ARTICLES_WITHOUT = Counter(
    "tocsin_articles_without_total", "Articles with no place, no claim or no incident.", ["what"]
)
POSTGRES_ROWS = Counter("tocsin_postgres_rows_total", "Rows that the sink inserted, updated or deleted.", ["table"])
POSTGRES_SECONDS = Histogram(
    "tocsin_postgres_transaction_seconds", "Time of a transaction of the sink.", ["service"], buckets=SECONDS
)
POSTGRES_CONNECTIONS = Gauge("tocsin_postgres_connections", "Connections of all clients to the server of Postgres.")
POSTGRES_CONNECTIONS_LIMIT = Gauge(
    "tocsin_postgres_connections_limit", "Connections that Postgres allows; 0 in a service that does not use it."
)
MEMORY_BYTES = Gauge(
    "tocsin_memory_bytes", "Resident memory of a service and its worker processes (Linux).", ["service"]
)
REBALANCES = Counter("tocsin_rebalances_total", "Times that a service was given partitions.", ["service"])
READY = Gauge("tocsin_ready", "1 while /readyz is green.", ["service"])
STOPPED = Gauge("tocsin_stopped_by_dead_letters", "1 after the dead-letter limit has stopped the service.", ["service"])
INGEST_REQUESTS = Counter("tocsin_ingest_requests_total", "Answers of the ingest API by status class.", ["status"])
INGEST_ARTICLES = Counter(
    "tocsin_ingest_articles_total", "Articles offered, by way in and outcome.", ["way", "outcome"]
)
FEED_POLLS = Counter("tocsin_feed_polls_total", "Polls of feeds by outcome.", ["outcome"])


def table() -> list[tuple[str, str, str, str]]:
    """List name, type, labels and meaning of each metric, by name."""
    rows = []
    for metric in {id(m): m for m in globals().values() if isinstance(m, Counter | Gauge | Histogram)}.values():
        family = next(iter(metric.describe()))
        suffix = "_total" if isinstance(metric, Counter) else ""
        rows.append((family.name + suffix, family.type, ", ".join(metric._labelnames), family.documentation))  # noqa: SLF001
    return sorted(rows)
