"""A real Prometheus over a stream, with the rules of the repository."""

from __future__ import annotations

import json
import math
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import srsly

from services.cli.embedded import free_port
from tests.support.promql import PROMETHEUS


class Watch:
    """A Prometheus with the rules of the repository, asked over its API."""

    def __init__(
        self, folder: Path, targets: Mapping[str, Sequence[str]], change: Callable[[str], str] = lambda text: text
    ) -> None:
        """``targets`` are addresses by job; ``change`` is made to the text of the rules, in their copy."""
        self._url = f"http://127.0.0.1:{free_port()}"
        config = srsly.read_yaml(PROMETHEUS / "prometheus.yml")
        config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
        config["scrape_configs"] = [
            {"job_name": job, "static_configs": [{"targets": list(addresses)}]} for job, addresses in targets.items()
        ]
        for name in config["rule_files"]:
            rules = srsly.yaml_loads(change((PROMETHEUS / name).read_text("utf-8")))
            for group in rules["groups"]:
                group.pop("interval", None)
            srsly.write_json(folder / name, rules)
        srsly.write_json(folder / "prometheus.yml", config)
        self._began = time.time()
        with (folder / "prometheus.log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    "prometheus",
                    f"--config.file={folder / 'prometheus.yml'}",
                    f"--storage.tsdb.path={folder / 'data'}",
                    f"--web.listen-address={self._url.removeprefix('http://')}",
                ],
                stdout=log,
                stderr=log,
            )

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)

    def ask(self, path: str, **parameters: str) -> Any:
        answer = httpx.get(f"{self._url}/api/v1/{path}", params=parameters, timeout=30).json()
        assert answer["status"] == "success", (parameters, answer)
        return answer["data"]

    def until(self, expression: str, wait: float = 60.0) -> None:
        """Wait until an expression has a result. Raises ``TimeoutError``."""
        end = time.monotonic() + wait
        while time.monotonic() < end:
            try:
                if self.ask("query", query=expression)["result"]:
                    return
            except (httpx.HTTPError, json.JSONDecodeError):  # it is still starting
                pass
            time.sleep(0.2)
        raise TimeoutError(expression)

    def values(self, expression: str) -> list[float]:
        """Return every figure that an expression had since the start."""
        found = self.ask("query_range", query=expression, start=str(self._began), end=str(time.time()), step="1s")
        return [v for one in found["result"] for _, text in one["values"] if not math.isnan(v := float(text))]

    def firing(self) -> dict[str, dict[str, Any]]:
        """Return the alerts that fire, by name; of several of a name one."""
        return {a["labels"]["alertname"]: a for a in self.ask("alerts")["alerts"] if a["state"] == "firing"}
