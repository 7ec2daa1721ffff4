"""Where ``tocsin trace`` looks for an article's records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.cli import trace
from services.cli.trace import window

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def row(arrived: str, written: str) -> dict[str, str]:
    return {"ingested_at": f"2026-{arrived}+00:00", "enriched_at": f"2026-{written}+00:00"}


@pytest.mark.parametrize(
    ("stored", "since", "until"),
    [
        pytest.param(None, "03-09T12:00", None, id="no row: the last day"),
        pytest.param(row("03-10T11:00", "03-10T11:00"), "03-10T10:59", None, id="of today: until now"),
        pytest.param(row("03-05T11:00", "03-05T11:00"), "03-05T10:59", "03-06T10:59", id="older: one day"),
        pytest.param(row("03-05T11:00", "03-07T11:00"), "03-05T10:59", "03-07T11:01", id="it waited: until its row"),
        pytest.param(row("01-01T00:00", "03-07T11:00"), "03-06T11:00", "03-07T11:01", id="arrival set to long ago"),
        pytest.param(row("03-07T11:09", "03-07T11:00"), "03-07T10:59", "03-08T10:59", id="a clock that is ahead"),
    ],
)
def test_a_look_is_bounded(stored: dict[str, str] | None, since: str, until: str | None) -> None:
    wanted = [datetime.fromisoformat(f"2026-{each}+00:00") if each else None for each in (since, until)]
    assert list(window(stored, NOW)) == wanted
    assert (wanted[1] or NOW) - window(stored, NOW)[0] <= timedelta(days=3)


def test_a_long_look_says_how_far_it_is(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    told = trace.Progress()
    told(1_000, 3_000_000)  # at once: too early to say anything
    monkeypatch.setattr(trace, "PROGRESS_SECONDS", 0.0)
    told(2_000, 3_000_000)
    assert capsys.readouterr().err == "tocsin: 2,000 of 3,000,000 records looked at\n"
