"""The kinds of panel that the dashboards are made of, each with its title, its description and its thresholds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from grafana_foundation_sdk.builders import barchart, common, dashboard, geomap, prometheus, stat, table, timeseries
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models import common as kinds
from grafana_foundation_sdk.models import dashboard as model
from grafana_foundation_sdk.models.common import DataSourceRef
from grafana_foundation_sdk.models.geomap import TooltipMode

FOLDER = Path(__file__).resolve().parent / "dashboards"
PROMETHEUS = DataSourceRef(type_val="prometheus", uid="prometheus")
LEDGER = DataSourceRef(type_val="grafana-postgresql-datasource", uid="ledger")
WIDTH = 24

Step = tuple[float | None, str]
Panel = stat.Panel | timeseries.Panel | table.Panel | barchart.Panel | geomap.Panel
NEUTRAL: tuple[Step, ...] = ((None, "blue"),)  # a quantity of which no figure is good or bad


def rising(warn: float, bad: float) -> tuple[Step, ...]:
    """Return thresholds of a quantity that is better the smaller it is."""
    return (None, "green"), (warn, "orange"), (bad, "red")


@dataclass
class Sql(Dataquery, Builder[Dataquery]):
    """A query of the ledger, in the form that Grafana's data source for PostgreSQL takes; builds itself."""

    sql: str
    form: str = "table"
    ref: str = "A"

    def build(self) -> Sql:
        """Return itself, as the builders of the SDK's own queries return theirs."""
        return self

    def to_json(self) -> dict[str, object]:
        """Return what the dashboard's JSON has of it."""
        return {
            "refId": self.ref,
            "datasource": LEDGER,
            "format": self.form,
            "editorMode": "code",
            "rawQuery": True,
            "rawSql": self.sql.strip(),
        }


def ask(expression: str, legend: str = "", ref: str = "A") -> prometheus.Dataquery:
    """Query Prometheus; ``legend`` names each series by its labels."""
    query = prometheus.Dataquery().expr(expression).datasource(PROMETHEUS).ref_id(ref).range()
    return query.legend_format(legend) if legend else query


def _thresholds(steps: Sequence[Step]) -> dashboard.ThresholdsConfig:
    return (
        dashboard.ThresholdsConfig()
        .mode(model.ThresholdsMode.ABSOLUTE)
        .steps([model.Threshold(value=value, color=color) for value, color in steps])
    )


def _colors(mode: model.FieldColorModeId) -> dashboard.FieldColor:
    return dashboard.FieldColor().mode(mode)


BY_THRESHOLD, BY_NAME = model.FieldColorModeId.THRESHOLDS, model.FieldColorModeId.PALETTE_CLASSIC


def number(title: str, description: str, query: prometheus.Dataquery | Sql, unit: str, steps: Sequence[Step]) -> Panel:
    """Show one figure: the last of a series, or the row of a query."""
    source = LEDGER if isinstance(query, Sql) else PROMETHEUS
    return (
        stat.Panel()
        .title(title)
        .description(description)
        .datasource(source)
        .with_target(query)
        .unit(unit)
        .no_value("–")
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .graph_mode(kinds.BigValueGraphMode.NONE if source is LEDGER else kinds.BigValueGraphMode.AREA)
        .thresholds(_thresholds(steps))
        .color_scheme(_colors(BY_THRESHOLD))
        .height(4)
        .span(4)
    )


def lines(
    title: str,
    description: str,
    queries: Sequence[prometheus.Dataquery | Sql],
    unit: str,
    steps: Sequence[Step],
    *,
    bars: bool = False,
    span: int = 12,
) -> Panel:
    """Show quantities over time, with the thresholds as dashed lines; ``bars`` stacks them."""
    style = kinds.GraphThresholdsStyleMode.DASHED if len(steps) > 1 else kinds.GraphThresholdsStyleMode.OFF
    panel = (
        timeseries.Panel()
        .title(title)
        .description(description)
        .datasource(LEDGER if isinstance(queries[0], Sql) else PROMETHEUS)
        .unit(unit)
        .min(0)
        .thresholds(_thresholds(steps))
        .color_scheme(_colors(BY_NAME))
        .thresholds_style(common.GraphThresholdsStyleConfig().mode(style))
        .legend(
            common.VizLegendOptions()
            .show_legend(True)
            .display_mode(kinds.LegendDisplayMode.TABLE)
            .placement(kinds.LegendPlacement.RIGHT)
            .calcs(["lastNotNull", "max"])
        )
        .tooltip(common.VizTooltipOptions().mode(kinds.TooltipDisplayMode.MULTI).sort(kinds.SortOrder.DESCENDING))
        .height(8)
        .span(span)
    )
    if bars:
        panel = (
            panel.draw_style(kinds.GraphDrawStyle.BARS)
            .fill_opacity(80)
            .stacking(common.StackingConfig().mode(kinds.StackingMode.NORMAL))
        )
    for query in queries:
        panel = panel.with_target(query)
    return panel


def bars(title: str, description: str, query: Sql, steps: Sequence[Step]) -> Panel:
    """Show a quantity by name: the first column names the bar."""
    return (
        barchart.Panel()
        .title(title)
        .description(description)
        .datasource(LEDGER)
        .with_target(query)
        .orientation(kinds.VizOrientation.HORIZONTAL)
        .thresholds(_thresholds(steps))
        .color_scheme(_colors(BY_NAME))
        .legend(common.VizLegendOptions().show_legend(True).placement(kinds.LegendPlacement.BOTTOM))
        .height(9)
        .span(12)
    )


def rows(
    title: str,
    description: str,
    query: Sql,
    links: dict[str, tuple[str, str]],
    steps: Sequence[Step] = NEUTRAL,
    *,
    span: int = WIDTH,
    colored: Sequence[str] = (),
) -> Panel:
    """Show rows; ``links`` says, by column, what a click does and where it leads, ``colored`` which follow the thresholds."""
    panel = (
        table.Panel()
        .title(title)
        .description(description)
        .datasource(LEDGER)
        .with_target(query)
        .thresholds(_thresholds(steps))
        .color_scheme(_colors(BY_THRESHOLD))
        .height(10)
        .span(span)
    )
    for column, (words, url) in links.items():
        link = {"title": words, "url": url, "targetBlank": url.startswith("${__data.fields")}
        panel = panel.override_by_name(column, [model.DynamicConfigValue("links", [link])])
    for column in colored:
        cell = {"type": "color-text"}
        panel = panel.override_by_name(column, [model.DynamicConfigValue("custom.cellOptions", cell)])
    return panel


def places(title: str, description: str, query: Sql, steps: Sequence[Step], link: tuple[str, str]) -> Panel:
    """Show rows on a map by their ``latitude`` and ``longitude``: size and colour by ``killed``."""
    layer = {
        "showLegend": True,
        "style": {
            "color": {"field": "killed", "fixed": "dark-red"},
            "size": {"field": "killed", "fixed": 6, "min": 4, "max": 24},
            "opacity": 0.6,
            "symbol": {"mode": "fixed", "fixed": "img/icons/marker/circle.svg"},
        },
    }
    where = common.FrameGeometrySource().mode(kinds.FrameGeometrySourceMode.COORDS)
    where = where.latitude("latitude").longitude("longitude")
    url = {"title": link[0], "url": link[1], "targetBlank": False}
    return (
        geomap.Panel()
        .title(title)
        .description(description)
        .datasource(LEDGER)
        .with_target(query)
        .thresholds(_thresholds(steps))
        .color_scheme(_colors(BY_THRESHOLD))
        .basemap(common.MapLayerOptions().type("default").name("Map"))
        .controls(geomap.ControlsOptions().show_zoom(True).mouse_wheel_zoom(True).show_attribution(True))
        .tooltip(geomap.TooltipOptions().mode(TooltipMode.DETAILS))
        .view(geomap.MapViewConfig().id("fit").all_layers(True).zoom(5))
        .layers(
            [common.MapLayerOptions().type("markers").name("incidents").location(where).config(layer).tooltip(True)]
        )
        .override_by_name("incident_id", [model.DynamicConfigValue("links", [url])])
        .height(14)
        .span(WIDTH)
    )


def laid_out(made: dashboard.Dashboard, rows_: Mapping[str, Sequence[Panel]]) -> model.Dashboard:
    """Put panels under the titles of their rows, each with a number that links to it can rely on."""
    numbers = count(1)
    for title, panels in rows_.items():
        made = made.with_row(dashboard.Row(title).id(next(numbers)))
        for panel in panels:
            made = made.with_panel(panel.id(next(numbers)))
    return made.build()


def as_json(built: model.Dashboard) -> str:
    """Serialise a dashboard as it is committed."""
    return json.dumps(built, cls=JSONEncoder, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
