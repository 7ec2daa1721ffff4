"""The dashboard "Stream": is it well, and if not, which part is not?"""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models import dashboard as model

from deploy.grafana.panels import NEUTRAL, PROMETHEUS, Panel, ask, laid_out, lines, number, rising

OBJECTIVE = 60  # seconds from arrival to row, for 99 of 100 articles; the alert EndToEndSlow has the same
SERVICE = 'service=~"$service"'
OF = "[$__rate_interval]"


def _quantile(q: float, of: str) -> str:
    return f"histogram_quantile({q}, sum by (le) (rate({of}{OF})))"


def build() -> model.Dashboard:
    """Build the dashboard."""
    made = (
        dashboard.Dashboard("Tocsin: Stream")
        .uid("tocsin-stream")
        .description(
            "How articles flow from the producers to Postgres. deploy/RUNBOOK.md says what to do about each alert."
        )
        .tags(["tocsin"])
        .time("now-6h", "now")
        .refresh("30s")
        .timezone("browser")
        .tooltip(model.DashboardCursorSync.CROSSHAIR)
        .link(
            dashboard.DashboardLink("Incidents")
            .type(model.DashboardLinkType.LINK)
            .url("/d/tocsin-incidents")
            .keep_time(True)
        )
        .with_variable(
            dashboard.QueryVariable("service")
            .label("Service")
            .description("Which services the panels by service show")
            .datasource(PROMETHEUS)
            .query("label_values(tocsin_ready, service)")
            .refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED)
            .multi(True)
            .include_all(True)
            .all_value(".*")
            .current(model.VariableOption(text="All", value="$__all"))
        )
    )
    return laid_out(made, _rows())


def _rows() -> dict[str, list[Panel]]:
    return {
        "Is it well?": [
            number(
                "Alerts that fire (number)",
                "Alerts of deploy/prometheus/alerts.yml that fire now; Prometheus' page /alerts says which.",
                ask('count(ALERTS{alertstate="firing"}) or vector(0)'),
                "short",
                rising(1, 2),
            ),
            number(
                "Services that are ready (number)",
                "Services with at least one replica whose /readyz is green; 8 when all run.",
                ask("count(group by (service) (tocsin_ready == 1)) or vector(0)"),
                "short",
                ((None, "red"), (8, "green")),
            ),
            number(
                "Articles that reach Postgres (articles/s)",
                "Rows of articles written by the sink, newest versions only.",
                ask(f"sum(rate(tocsin_end_to_end_seconds_count{OF}))"),
                "cps",
                NEUTRAL,
            ),
            number(
                "From arrival to row, 99 of 100 articles (seconds)",
                "The p99 of the last 15 minutes against the objective of 60 s; none where no article has come.",
                ask("stream:tocsin_end_to_end_seconds:p99_15m"),
                "s",
                rising(OBJECTIVE / 2, OBJECTIVE),
            ),
            number(
                "Oldest record that waits (seconds)",
                "The largest lag of any service; the alert LagGrows looks at it from 300 s on.",
                ask("max(service:tocsin_consumer_lag_seconds:max)"),
                "s",
                rising(60, 300),
            ),
            number(
                "Services stopped by dead letters (number)",
                "Services that stopped themselves after too many failures; each needs a person.",
                ask("sum(max by (service) (tocsin_stopped_by_dead_letters)) or vector(0)"),
                "short",
                rising(1, 1),
            ),
        ],
        "Throughput": [
            lines(
                "Records by service and outcome (records/s)",
                "Each record counts once: ok, failed, dead_letter, unreadable, superseded, duplicate.",
                [
                    ask(
                        f"sum by (service, outcome) (rate(tocsin_messages_total{{{SERVICE}}}{OF}))",
                        "{{service}} {{outcome}}",
                    )
                ],
                "cps",
                NEUTRAL,
            ),
            lines(
                "Articles offered by way in and outcome (articles/s)",
                "What came over HTTP and from feeds; articles that producers write to Kafka themselves are not among them.",
                [ask(f"sum by (way, outcome) (rate(tocsin_ingest_articles_total{OF}))", "{{way}} {{outcome}}")],
                "cps",
                NEUTRAL,
            ),
            lines(
                "Rows written to Postgres by table (rows/s)",
                "Rows that the sink inserted, updated or deleted; what was there already, unchanged, is not written.",
                [ask(f"sum by (table) (rate(tocsin_postgres_rows_total{OF}))", "{{table}}")],
                "cps",
                NEUTRAL,
            ),
            lines(
                "Decisions of the linker (incidents/s)",
                "Incidents opened, joined by a further account, and merged.",
                [ask(f"sum by (event) (rate(tocsin_incidents_total{OF}))", "{{event}}")],
                "cps",
                NEUTRAL,
            ),
            lines(
                "Incidents that the linker passed over (per article)",
                "Near a mention in place and time, and not compared with it, since there were too many.",
                [
                    ask(
                        f"sum(rate(tocsin_candidates_passed_over_total{OF})) / sum(rate(tocsin_articles_linked_total{OF}))",
                        "passed over",
                    )
                ],
                "short",
                rising(1, 10),
            ),
        ],
        "How late is it?": [
            lines(
                "Records that wait (records)",
                "End of each partition less the committed offset, by service.",
                [ask(f"service:tocsin_consumer_lag_messages:sum{{{SERVICE}}}", "{{service}}")],
                "short",
                rising(5000, 50000),
            ),
            lines(
                "Age of the oldest record that waits (seconds)",
                "By service; 300 s and rising for ten minutes is an alert.",
                [ask(f"service:tocsin_consumer_lag_seconds:max{{{SERVICE}}}", "{{service}}")],
                "s",
                rising(60, 300),
            ),
            lines(
                "From arrival to row (seconds)",
                "p50, p95 and p99 of the time from an article's arrival to its row in Postgres.",
                [
                    ask(_quantile(q, "tocsin_end_to_end_seconds_bucket"), f"p{100 * q:.0f}", ref)
                    for q, ref in ((0.5, "A"), (0.95, "B"), (0.99, "C"))
                ],
                "s",
                rising(OBJECTIVE / 2, OBJECTIVE),
            ),
            lines(
                "Processing of a batch (seconds, p95)",
                "From the reading of a batch to its commit, by service.",
                [
                    ask(
                        "histogram_quantile(0.95, sum by (le, service) "
                        f"(rate(tocsin_batch_processing_seconds_bucket{{{SERVICE}}}{OF})))",
                        "{{service}}",
                    )
                ],
                "s",
                rising(15, 60),
            ),
            lines(
                "Size of a batch (records, mean)",
                "Records that a service takes at a time; batches grow when it falls behind.",
                [
                    ask(
                        f"sum by (service) (rate(tocsin_batch_messages_sum{{{SERVICE}}}{OF})) "
                        f"/ sum by (service) (rate(tocsin_batch_messages_count{{{SERVICE}}}{OF}))",
                        "{{service}}",
                    )
                ],
                "short",
                NEUTRAL,
            ),
            lines(
                "A transaction of the sink (seconds, p50 and p95)",
                "Writing to Postgres itself; a second means that something holds the database up.",
                [
                    ask(_quantile(q, "tocsin_postgres_transaction_seconds_bucket"), f"p{100 * q:.0f}", ref)
                    for q, ref in ((0.5, "A"), (0.95, "B"))
                ],
                "s",
                rising(1, 5),
            ),
        ],
        "The join": [
            lines(
                "Articles that wait for annotations (articles)",
                "What the assembler holds until every enricher has answered; at TOCSIN_PENDING_LIMIT it pauses articles.raw.",
                [ask("max(tocsin_assembler_pending_articles)", "waiting")],
                "short",
                rising(5000, 10000),
                span=8,
            ),
            lines(
                "Oldest article that waits for annotations (seconds)",
                "As of the assembler's last batch.",
                [ask("max(tocsin_assembler_oldest_pending_seconds)", "oldest")],
                "s",
                rising(60, 300),
                span=8,
            ),
            lines(
                "Is articles.raw paused?",
                "1 while too many articles wait for one enricher: mend that one.",
                [ask("max(tocsin_assembler_paused)", "paused")],
                "bool_yes_no",
                rising(1, 1),
                span=8,
            ),
        ],
        "What fails": [
            lines(
                "Dead letters by service and reason (records/min)",
                "Records put aside with their bytes and the reason: `tocsin dead-letters NAME --show 20`.",
                [
                    ask(
                        f"60 * sum by (service, reason) (rate(tocsin_dead_letters_total{{{SERVICE}}}{OF}))",
                        "{{service}} {{reason}}",
                    )
                ],
                "short",
                rising(1, 60),
            ),
            lines(
                "Batches read again (batches/min)",
                "A neighbour was away or the group moved; by service and error.",
                [
                    ask(
                        f"60 * sum by (service, reason) (rate(tocsin_batch_retries_total{{{SERVICE}}}{OF}))",
                        "{{service}} {{reason}}",
                    )
                ],
                "short",
                rising(1, 30),
            ),
            lines(
                "Rebalances (per hour)",
                "Times that a service was given partitions; many mean that replicas throw each other out.",
                [ask(f"sum by (service) (increase(tocsin_rebalances_total{{{SERVICE}}}[1h]))", "{{service}}")],
                "short",
                rising(6, 30),
            ),
            lines(
                "Answers of the ingest API (answers/s)",
                "By class of status: 4xx is the producer's fault, 5xx says that Kafka does not answer.",
                [ask(f"sum by (status) (rate(tocsin_ingest_requests_total{OF}))", "{{status}}")],
                "cps",
                NEUTRAL,
            ),
            lines(
                "Polls of feeds by outcome (polls/min)",
                "A feed that fails is asked again later, ever more rarely.",
                [ask(f"60 * sum by (outcome) (rate(tocsin_feed_polls_total{OF}))", "{{outcome}}")],
                "short",
                NEUTRAL,
            ),
            lines(
                "Articles with no place, claim or incident (share of 6 hours)",
                "Against what is usual: 15 points off is the alert ReadingDrifts. No figure for fewer than 200 articles.",
                [
                    ask("what:tocsin_articles_without:share6h", "no {{what}}", "A"),
                    ask("what:tocsin_articles_without:norm", "no {{what}}, usual", "B"),
                ],
                "percentunit",
                rising(0.8, 0.95),
            ),
        ],
        "What is used up": [
            lines(
                "Memory (bytes)",
                "Resident memory of each replica with its worker processes; docker-compose.yml has the limits.",
                [ask(f"max by (service, instance) (tocsin_memory_bytes{{{SERVICE}}})", "{{service}} {{instance}}")],
                "bytes",
                rising(1.2e9, 1.5e9),
                span=8,
            ),
            lines(
                "Connections to Postgres in use (share of those allowed)",
                "Of all clients; 80 % is the alert ConnectionsRunOut.",
                [ask("stream:tocsin_postgres_connections:used", "in use")],
                "percentunit",
                rising(0.6, 0.8),
                span=8,
            ),
            lines(
                "Space left on disks (share)",
                "By disk; less than 10 % is the alert DiskFills.",
                [
                    ask(
                        'min by (instance, mountpoint) (node_filesystem_avail_bytes{fstype!~"tmpfs|ramfs|overlay|squashfs|nsfs"} '
                        '/ node_filesystem_size_bytes{fstype!~"tmpfs|ramfs|overlay|squashfs|nsfs"})',
                        "{{mountpoint}}",
                    )
                ],
                "percentunit",
                ((None, "red"), (0.1, "orange"), (0.25, "green")),
                span=8,
            ),
        ],
    }
