"""The dashboard "Incidents": the ledger itself, from a country down to the words of one article."""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models import dashboard as model

from deploy.grafana.panels import LEDGER, NEUTRAL, Panel, Sql, bars, laid_out, lines, number, places, rising, rows

HERE = "/d/tocsin-incidents?${__url_time_range}&${country:queryparam}&${type:queryparam}"
TO_INCIDENT = ("Show this incident", f"{HERE}&var-incident=${{__data.fields.incident_id}}")
TO_ARTICLE = (
    "Show this article's words",
    f"{HERE}&var-incident=${{incident}}&var-article=${{__data.fields.article_id}}",
)
TO_PUBLISHER = ("Open where it was published", "${__data.fields.url}")
ARTICLE_LINKS = {"article_id": TO_ARTICLE, "title": TO_PUBLISHER, "url": TO_PUBLISHER}
TOLL: tuple[tuple[float | None, str], ...] = ((None, "text"), (1, "orange"), (10, "red"))

FILTER = """
    i.when_start BETWEEN $__timeFrom()::date AND $__timeTo()::date
    AND coalesce(i.place_country, '–') IN (${country:sqlstring}) AND i.type IN (${type:sqlstring})
"""
# The incident that was chosen, by whatever ID it ever had; else the one in sight that most articles tell of.
CHOSEN = f"""
    coalesce(
        (SELECT resolved_id FROM tocsin.incident_resolved WHERE incident_id = NULLIF(${{incident:sqlstring}}, '')::uuid),
        (SELECT i.incident_id FROM tocsin.incident_summary i WHERE {FILTER} ORDER BY i.article_count DESC, i.incident_id LIMIT 1)
    )
"""
# The article that was chosen; else the newest.
ARTICLE = """
    coalesce(
        NULLIF(${article:sqlstring}, '')::uuid,
        (SELECT article_id FROM tocsin.articles ORDER BY ingested_at DESC LIMIT 1)
    )
"""
# One row an article, whatever number of accounts it gives of the incident.
TOLD = f"""
    SELECT DISTINCT i.incident_id, i.when_start, m.article_id
    FROM tocsin.incident_summary i
    JOIN tocsin.incident_resolved r ON r.resolved_id = i.incident_id
    JOIN tocsin.incident_mentions m ON m.incident_id = r.incident_id AND m.role = 'main'
    WHERE {FILTER}
"""


def build() -> model.Dashboard:
    """Build the dashboard."""
    made = (
        dashboard.Dashboard("Tocsin: Incidents")
        .uid("tocsin-incidents")
        .description(
            "Who was killed or hurt according to whom. Incidents are counted by the day on which they happened; those of "
            "no known day are in SQL only. Every figure is what articles say."
        )
        .tags(["tocsin"])
        .time("now-30d", "now")
        .refresh("5m")
        .timezone("utc")
        .link(dashboard.DashboardLink("Stream").type(model.DashboardLinkType.LINK).url("/d/tocsin-stream"))
        .with_variable(
            _choice(
                "country",
                "Country",
                "Where it happened; – where that is not known",
                "SELECT DISTINCT coalesce(place_country, '–') FROM tocsin.incident_summary ORDER BY 1",
            )
        )
        .with_variable(
            _choice(
                "type", "Type", "The deadliest means", "SELECT DISTINCT type FROM tocsin.incident_summary ORDER BY 1"
            )
        )
        .with_variable(
            _text("incident", "Incident", "An incident_id; empty: the one in sight that most articles tell of")
        )
        .with_variable(_text("article", "Article", "An article_id; empty: the newest"))
    )
    return laid_out(made, _rows())


def _choice(name: str, label: str, description: str, sql: str) -> dashboard.QueryVariable:
    return (
        dashboard.QueryVariable(name)
        .label(label)
        .description(description)
        .datasource(LEDGER)
        .query(sql)
        .definition(sql)
        .refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .multi(True)
        .include_all(True)
        .current(model.VariableOption(text="All", value="$__all"))
    )


def _text(name: str, label: str, description: str) -> dashboard.TextBoxVariable:
    return (
        dashboard.TextBoxVariable(name)
        .label(label)
        .description(description)
        .default_value("")
        .current(model.VariableOption(text="", value=""))
    )


def _total(what: str) -> Sql:
    return Sql(f"SELECT {what} AS value FROM tocsin.incident_summary i WHERE {FILTER}")


def _rows() -> dict[str, list[Panel]]:
    return {"In sight": _in_sight(), "Over time": _over_time(), "One incident": _one(), "Articles": _articles()}


def _in_sight() -> list[Panel]:
    return [
        number(
            "Incidents (number)", "Incidents of these days, countries and types.", _total("count(*)"), "short", NEUTRAL
        ),
        number(
            "Killed (persons)",
            "Sum of the best figure of each incident, or of its lower bound where no figure is named.",
            _total("coalesce(sum(coalesce(i.killed_best, i.killed_min)), 0)"),
            "short",
            TOLL,
        ),
        number(
            "Injured (persons)",
            "Sum of the best figure of each incident, or of its lower bound where no figure is named.",
            _total("coalesce(sum(coalesce(i.injured_best, i.injured_min)), 0)"),
            "short",
            TOLL,
        ),
        number(
            "Incidents told by one source only (share)",
            "What nobody else has reported.",
            _total("avg((cardinality(i.sources) < 2)::int)"),
            "percentunit",
            rising(0.8, 0.95),
        ),
        number(
            "Incidents without a point on the map (share)",
            "Incidents whose place is unknown, or known without coordinates.",
            _total("avg((i.place_lat IS NULL)::int)"),
            "percentunit",
            rising(0.2, 0.5),
        ),
        number(
            "Newest article (seconds ago)",
            "Time since the arrival of the newest article, whatever it tells of.",
            Sql("SELECT extract(epoch FROM now() - max(ingested_at)) AS value FROM tocsin.articles"),
            "s",
            rising(3600, 86400),
        ),
        places(
            "Where did it happen?",
            "Size and colour by the best figure of the dead. An oblast or a country stands at its middle: precision says so. Your browser fetches the map itself from CARTO.",
            Sql(f"""
SELECT i.place_lat AS latitude, i.place_lon AS longitude, i.place_name, i.place_precision, i.type, i.when_start,
    coalesce(i.killed_best, i.killed_min, 0) AS killed, coalesce(i.injured_best, i.injured_min, 0) AS injured,
    i.article_count, i.incident_id::text AS incident_id
FROM tocsin.incident_summary i
WHERE {FILTER} AND i.place_lat IS NOT NULL
ORDER BY killed DESC
LIMIT 2000"""),
            TOLL,
            TO_INCIDENT,
        ),
        rows(
            "Which incidents are there?",
            "The newest 500 in sight; a click on incident_id shows its reports below.",
            Sql(f"""
SELECT i.when_start, i.type, i.place_name, i.place_country, i.killed_best, i.killed_min, i.killed_max, i.injured_best,
    i.injured_min, i.injured_max, array_to_string(i.weapons, ', ') AS weapons, i.article_count,
    array_to_string(i.sources, ', ') AS sources, i.incident_id::text AS incident_id
FROM tocsin.incident_summary i
WHERE {FILTER}
ORDER BY i.when_start DESC, i.killed_best DESC NULLS LAST, i.incident_id
LIMIT 500"""),
            {"incident_id": TO_INCIDENT},
            TOLL,
            colored=("killed_best", "injured_best"),
        ),
    ]


def _over_time() -> list[Panel]:
    return [
        lines(
            "Incidents by day and type (number)",
            "By the first day of each incident.",
            [
                Sql(
                    f"""
SELECT i.when_start::timestamp AT TIME ZONE 'UTC' AS time, i.type AS metric, count(*) AS value
FROM tocsin.incident_summary i
WHERE {FILTER}
GROUP BY 1, 2
ORDER BY 1, 2""",
                    "time_series",
                )
            ],
            "short",
            NEUTRAL,
            bars=True,
        ),
        lines(
            "Killed and injured by day (persons)",
            "Sums of the best figures, by the first day of each incident.",
            [
                Sql(
                    f"""
SELECT i.when_start::timestamp AT TIME ZONE 'UTC' AS time, sum(coalesce(i.killed_best, i.killed_min)) AS killed,
    sum(coalesce(i.injured_best, i.injured_min)) AS injured
FROM tocsin.incident_summary i
WHERE {FILTER}
GROUP BY 1
ORDER BY 1""",
                    "time_series",
                )
            ],
            "short",
            TOLL,
            bars=True,
        ),
        bars(
            "Incidents by type (number)",
            "With the dead by their best figures.",
            Sql(f"""
SELECT i.type, count(*) AS incidents, coalesce(sum(coalesce(i.killed_best, i.killed_min)), 0) AS killed
FROM tocsin.incident_summary i
WHERE {FILTER}
GROUP BY 1
ORDER BY 2 DESC, 1"""),
            NEUTRAL,
        ),
        bars(
            "Incidents by country (number)",
            "The 20 with most; – where no country is known. With the dead by their best figures.",
            Sql(f"""
SELECT coalesce(i.place_country, '–') AS country, count(*) AS incidents,
    coalesce(sum(coalesce(i.killed_best, i.killed_min)), 0) AS killed
FROM tocsin.incident_summary i
WHERE {FILTER}
GROUP BY 1
ORDER BY 2 DESC, 1
LIMIT 20"""),
            NEUTRAL,
        ),
        lines(
            "Weapons launched and intercepted by day (number, largest figure told)",
            "For each weapon or class the largest figure that any article on the day's incidents tells, added up. Where one "
            "article counts a class and another the models in it, both are counted.",
            [
                Sql(
                    f"""
WITH told AS ({TOLD}),
largest AS (
    SELECT told.when_start, w.role, coalesce(w.weapon_id, w.category) AS weapon,
        max(coalesce(w.quantity_best, w.quantity_min)) AS quantity
    FROM told
    JOIN tocsin.weapon_mentions w ON w.article_id = told.article_id
    WHERE w.role IN ('launched', 'intercepted') AND w.section IN ('headline', 'lead', 'body')
    GROUP BY 1, 2, 3
)
SELECT when_start::timestamp AT TIME ZONE 'UTC' AS time, role AS metric, sum(quantity) AS value
FROM largest
GROUP BY 1, 2
ORDER BY 1, 2""",
                    "time_series",
                )
            ],
            "short",
            NEUTRAL,
        ),
        rows(
            "Which weapons are told of?",
            "In articles on the incidents in sight: how often, and in which role.",
            Sql(f"""
WITH told AS ({TOLD})
SELECT coalesce(w.name, w.category) AS weapon, w.category, count(*) AS mentions,
    count(DISTINCT w.article_id) AS articles, max(w.quantity_best) FILTER (WHERE w.role = 'launched') AS launched,
    max(w.quantity_best) FILTER (WHERE w.role = 'intercepted') AS intercepted
FROM (SELECT DISTINCT article_id FROM told) t
JOIN tocsin.weapon_mentions w ON w.article_id = t.article_id
WHERE w.section IN ('headline', 'lead', 'body')
GROUP BY 1, 2
ORDER BY 3 DESC, 1
LIMIT 100"""),
            {},
            span=12,
        ),
    ]


def _one() -> list[Panel]:
    return [
        rows(
            "Which incident is this?",
            "The one whose ID stands above, else the one in sight that most articles tell of.",
            Sql(f"""
SELECT i.when_start, i.when_end, i.type, i.place_name, i.place_country, i.killed_best, i.injured_best, i.article_count,
    array_to_string(i.sources, ', ') AS sources, array_to_string(i.weapons, ', ') AS weapons, i.first_reported_at,
    i.updated_at, i.incident_id::text AS incident_id
FROM tocsin.incident_summary i
WHERE i.incident_id = {CHOSEN}"""),
            {},
            TOLL,
            colored=("killed_best", "injured_best"),
        ).height(4),
        lines(
            "How did its toll rise (persons)?",
            "Figures in the order of their reports; a later and lower one is a correction, or another's count.",
            [
                Sql(
                    f"""
SELECT h.reported_at AS time, h.harm AS metric, coalesce(h.count_best, h.count_min) AS value
FROM tocsin.toll_history h
WHERE h.incident_id = {CHOSEN} AND h.status = 'reported'
ORDER BY h.reported_at, h.number""",
                    "time_series",
                )
            ],
            "short",
            TOLL,
        ),
        rows(
            "Who said what about its toll?",
            "Every report of the toll, with its words; a click on article_id shows them in their article.",
            Sql(f"""
SELECT h.reported_at, h.harm, coalesce(h.count_best, h.count_min) AS figure, h.count_qualifier, h.status, h.claimant,
    h.source, c.span_quote, a.title, a.url, h.article_id::text AS article_id
FROM tocsin.toll_history h
LEFT JOIN tocsin.casualty_claims c ON c.article_id = h.article_id AND c.claim_id = h.claim_id
LEFT JOIN tocsin.articles a ON a.article_id = h.article_id
WHERE h.incident_id = {CHOSEN}
ORDER BY h.reported_at, h.harm, h.number"""),
            ARTICLE_LINKS,
            TOLL,
            span=12,
            colored=("figure",),
        ),
        rows(
            "Which claims stand behind it?",
            "Every casualty claim of its articles that speaks of it, with who made it and in which words.",
            Sql(f"""
SELECT c.published_at, c.source, c.claimant, c.harm, coalesce(c.count_best, c.count_min) AS figure, c.count_qualifier,
    c.victims_group, c.scope, c.status, c.span_quote, c.span_field, c.span_start, c.span_end, c.title, c.url,
    c.article_id::text AS article_id
FROM tocsin.incident_claims c
WHERE c.incident_id = {CHOSEN}
ORDER BY c.published_at, c.article_id, c.span_field, c.span_start"""),
            ARTICLE_LINKS,
            TOLL,
            colored=("figure",),
        ),
    ]


def _articles() -> list[Panel]:
    return [
        rows(
            "Which sources tell of it?",
            "Articles on the incidents in sight, by outlet.",
            Sql(f"""
WITH told AS ({TOLD})
SELECT coalesce(a.source, '–') AS source, count(DISTINCT a.article_id) AS articles,
    count(DISTINCT told.incident_id) AS incidents, max(coalesce(a.published_at, a.ingested_at)) AS newest
FROM told
JOIN tocsin.articles a ON a.article_id = told.article_id
GROUP BY 1
ORDER BY 2 DESC, 1
LIMIT 100"""),
            {},
            span=8,
        ),
        rows(
            "Which articles came last?",
            "The newest 100 by arrival, whatever they tell of; a click on article_id shows its words, one on incident_id its incident.",
            Sql("""
SELECT a.ingested_at, a.published_at, a.source, a.title, m.type, a.url, a.article_id::text AS article_id,
    m.incident_id::text AS incident_id
FROM (SELECT * FROM tocsin.articles ORDER BY ingested_at DESC LIMIT 100) a
LEFT JOIN LATERAL (
    SELECT type, incident_id FROM tocsin.incident_mentions
    WHERE article_id = a.article_id AND role = 'main'
    ORDER BY confidence DESC, mention_id
    LIMIT 1
) m ON true
ORDER BY a.ingested_at DESC, a.article_id"""),
            {**ARTICLE_LINKS, "incident_id": TO_INCIDENT},
            span=16,
        ),
        rows(
            "What does the article say?",
            "The one whose ID stands above, else the newest.",
            Sql(f"""
SELECT a.published_at, a.source, a.title, a.text, a.language, a.url, a.article_id::text AS article_id
FROM tocsin.articles a
WHERE a.article_id = {ARTICLE}"""),
            {"title": TO_PUBLISHER, "url": TO_PUBLISHER},
        ).height(6),
        rows(
            "Which of its words say so?",
            "What was read in this article, in the order of its words. Offsets are code points of title or text, the end exclusive.",
            Sql(f"""
WITH chosen AS (SELECT {ARTICLE} AS article_id)
SELECT said.field, said.start, said."end", said.quote, said.what, said.reading, said.confidence
FROM chosen
CROSS JOIN LATERAL (
    SELECT span_field AS field, span_start AS start, span_end AS "end", span_quote AS quote, 'casualties' AS what,
        concat_ws(' ', harm, coalesce(count_best, count_min)::text, victims_group, status, scope) AS reading, confidence
    FROM tocsin.casualty_claims WHERE article_id = chosen.article_id
    UNION ALL
    SELECT span_field, span_start, span_end, span_quote, 'weapon',
        concat_ws(' ', role, coalesce(quantity_best, quantity_min)::text, coalesce(name, category)), confidence
    FROM tocsin.weapon_mentions WHERE article_id = chosen.article_id
    UNION ALL
    SELECT s.field, s.start, s."end", s.quote, 'place', concat_ws(', ', p.name, p.kind, p.country), p.confidence
    FROM tocsin.places p, jsonb_to_recordset(p.spans) AS s (field text, start integer, "end" integer, quote text)
    WHERE p.article_id = chosen.article_id
    UNION ALL
    SELECT s.field, s.start, s."end", s.quote, 'name', concat_ws(' ', e.label, e.name), e.confidence
    FROM tocsin.entities e, jsonb_to_recordset(e.spans) AS s (field text, start integer, "end" integer, quote text)
    WHERE e.article_id = chosen.article_id
    UNION ALL
    SELECT s.field, s.start, s."end", s.quote, 'incident', concat_ws(' ', m.role, m.type), m.confidence
    FROM tocsin.incident_mentions m, jsonb_to_recordset(m.spans) AS s (field text, start integer, "end" integer, quote text)
    WHERE m.article_id = chosen.article_id
) said
ORDER BY said.field DESC, said.start, said."end" DESC, said.what"""),
            {},
            ((None, "red"), (0.5, "orange"), (0.8, "green")),
            colored=("confidence",),
        ),
    ]
