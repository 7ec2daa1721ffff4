"""Write deploy/grafana/dashboards/*.json, which Grafana loads as they are."""

from deploy.grafana.panels import FOLDER, as_json
from deploy.grafana.registry import DASHBOARDS

for name, build in DASHBOARDS.items():
    (FOLDER / f"{name}.json").write_text(as_json(build()), "utf-8")
