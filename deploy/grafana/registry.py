"""Which dashboards there are."""

from deploy.grafana import incidents, stream

DASHBOARDS = {"stream": stream.build, "incidents": incidents.build}
