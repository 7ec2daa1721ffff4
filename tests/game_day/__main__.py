"""The game day: ``python -m tests.game_day [--only ALERT ...] [--out FILE]``.

Every alert of deploy/prometheus is provoked for real on a running stream (real Kafka, Postgres, Prometheus), seen firing,
and resolved by what deploy/RUNBOOK.md says and nothing else. The rules are a copy with shorter times. Prints a table, and
what was seen on the way. A quarter of an hour. DiskFills needs root, mkfs.ext4 and node_exporter, and is left out,
which the exit code says, where they are missing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import srsly

from tests.game_day.ground import Ground, football, ground, hurried, news, until
from tests.support.promql import PROMETHEUS

GREEDY = 86
LETTERS = "tocsin.dead-letters.sink.v1"


@dataclass
class Drill:
    """One alert: what brings it about, and what the runbook has the operator do. Both say what was done and seen."""

    alert: str
    provoke: Callable[[Ground, Drill], str]
    mend: Callable[[Ground, Drill], str]
    kept: list[object] = field(default_factory=list)
    keep_up: Callable[[Ground, Drill], None] = lambda _ground, _drill: None


def stop_postgres(on: Ground, _drill: Drill) -> str:
    on.postgres.stop()
    return "Postgres stopped while articles come"


def start_postgres(on: Ground, _drill: Drill) -> str:
    said = on.readyz("sink")["checks"]["postgres"].partition(":")[0]
    on.postgres.start()
    return f'readyz sink: `"postgres": "{said}: ..."` → bring Postgres back'


def flood(on: Ground, _drill: Drill) -> None:
    """Keep more waiting than one replica reads."""
    waits = on.status()["entities"]["lag_messages"]
    if waits < 600:
        stamp = time.time_ns()
        on.send([json.dumps(news(n) | {"url": f"https://archive.example/{stamp}/{n}"}).encode() for n in range(600)])


def begin_flood(on: Ground, drill: Drill) -> str:
    flood(on, drill)
    return "an archive is sent at once, more and more of it, past what one `entities` reads"


def scale_out(on: Ground, drill: Drill) -> str:
    seen = on.status()
    behind = max(seen, key=lambda name: seen[name]["lag_seconds"])
    drill.kept.append(on.second(behind))
    return f"tocsin status: `{behind}` is behind, {seen[behind]['messages_per_second']} messages/s → scale out (the archive has ended)"


def poison(on: Ground, _drill: Drill) -> str:
    on.send([b"{not json"] * 150)
    return "150 records that are no JSON on articles.raw"


def step_over(on: Ground, _drill: Drill) -> str:
    why = on.readyz("assembler")["stopped"]
    position = next(p for p in on.status()["assembler"]["partitions"] if p["messages"])
    shown = on.tocsin("dead-letters", "assembler", "--show", "1").splitlines()[0]
    on.stream.processes["assembler"].stop()
    many = "1000000"
    on.start("assembler", TOCSIN_DEAD_LETTER_CONSECUTIVE=many, TOCSIN_DEAD_LETTER_WINDOW=many)
    return (
        f'readyz assembler: `"stopped": "{why}"`, it stands at {position["topic"]}/{position["partition"]}@{position["position"]}; '
        f"dead letters before: {shown[:60]} → the two variables, and start it again"
    )


def take_back(on: Ground) -> None:
    until("the bad records are behind it", lambda: on.status()["assembler"]["lag_messages"] < 20)
    on.stream.processes["assembler"].stop()
    on.start("assembler")


def lock(on: Ground, drill: Drill) -> str:
    """Let somebody's report hold the table of articles for more than a minute, twice."""
    report = psycopg.connect(on.stream.settings.postgres_dsn.get_secret_value(), application_name="monthly-report")
    drill.kept.append(report)
    report.execute("LOCK TABLE tocsin.articles IN ACCESS EXCLUSIVE MODE")
    began = time.monotonic()
    until("articles wait for more than a minute", lambda: time.monotonic() - began > 70, 100)
    report.rollback()
    on.watch.until("stream:tocsin_end_to_end_seconds:p99_15m > 60")
    report.execute("LOCK TABLE tocsin.articles IN ACCESS EXCLUSIVE MODE")
    return "a session of somebody else holds tocsin.articles locked for 70 s, and takes it again"


ACTIVITY = (
    "SELECT pid, state, application_name, cardinality(pg_blocking_pids(pid)) AS waits, now() - state_change AS since"
    " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def end_the_session(on: Ground, _drill: Drill) -> str:
    dsn = on.stream.settings.postgres_dsn.get_secret_value()
    with psycopg.connect(dsn, autocommit=True) as connection:
        blocking = connection.execute(
            "SELECT DISTINCT b.pid, b.state, b.application_name FROM pg_stat_activity a"
            " CROSS JOIN unnest(pg_blocking_pids(a.pid)) AS by (pid) JOIN pg_stat_activity b ON b.pid = by.pid"
            " WHERE a.application_name LIKE 'tocsin-%'"
        ).fetchall()
        (pid, state, name) = blocking[0]
        cancelled = connection.execute("SELECT pg_cancel_backend(%s)", (pid,)).fetchone()
        time.sleep(1)
        still = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", (pid,)).fetchone()
        connection.execute("SELECT pg_terminate_backend(%s)", (pid,))
    return (
        f"pg_stat_activity: `{name}`, {state}, holds `tocsin-sink` up; pg_cancel_backend said {cancelled and cancelled[0]}, and the session was "
        f"{'still there' if still == (1,) else 'gone'} → pg_terminate_backend"
    )


def kill_casualties(on: Ground, _drill: Drill) -> str:
    on.stream.processes["casualties"].kill()
    return "kill -9 of the only `casualties`"


def start_casualties(on: Ground, _drill: Drill) -> str:
    assert on.readyz("casualties") == {}
    on.start("casualties")
    return "nothing answers for `casualties`, it is not in the list → start it"


def send_football(on: Ground, _drill: Drill) -> str:
    on.feeder.make = football
    return "the producer sends match reports instead"


def stop_football(on: Ground, _drill: Drill) -> str:
    dsn = on.stream.settings.postgres_dsn.get_secret_value()
    with psycopg.connect(dsn) as connection:
        worst = connection.execute(
            "SELECT a.source, count(*), count(*) FILTER (WHERE NOT EXISTS"
            " (SELECT FROM tocsin.casualty_claims c WHERE c.article_id = a.article_id)) AS no_claim"
            " FROM tocsin.articles a GROUP BY 1 ORDER BY no_claim DESC LIMIT 1"
        ).fetchone()
    on.feeder.make = news
    return f"first query: {worst} stands out → stop that producer"


def fill_disk(on: Ground, _drill: Drill) -> str:
    from services.runtime.kafka import producer

    async def fill() -> None:
        kafka = producer(on.stream.settings, "filler")
        await kafka.start()
        try:
            used = 0.0
            while used < 0.92:
                await asyncio.gather(*[await kafka.send(LETTERS, bytes(1_000_000)) for _ in range(4)])
                used = usage(on)
        finally:
            await kafka.stop()

    asyncio.run(fill())
    return f"{LETTERS} filled until {usage(on):.0%} of Kafka's disk (ext4, {SIZE}) were taken"


SIZE = "300 MB"


def usage(on: Ground) -> float:
    import shutil

    assert on.disk is not None
    total, used, _ = shutil.disk_usage(on.disk)
    return used / total


def shorten(on: Ground, _drill: Drill) -> str:
    assert on.disk is not None
    sizes = {p.name: sum(f.stat().st_size for f in p.iterdir()) for p in (on.disk / "kafka").iterdir() if p.is_dir()}
    largest = max(sizes, key=lambda name: sizes[name])
    topic = largest.rpartition("-")[0]
    on.kafka.configure(topic, "retention.ms=1000")
    return f"du: the largest partition is `{largest}`, {sizes[largest] / 1e6:.0f} MB → shorter retention of that topic"


def lengthen(on: Ground) -> None:
    on.kafka.configure(LETTERS, "retention.ms=2419200000")


def take_connections(on: Ground, drill: Drill) -> str:
    dsn = on.stream.settings.postgres_dsn.get_secret_value()
    drill.kept += [psycopg.connect(dsn, application_name="greedy") for _ in range(GREEDY)]
    return f"a program takes {GREEDY} of 100 connections and leaves them idle"


def end_connections(on: Ground, _drill: Drill) -> str:
    with psycopg.connect(on.stream.settings.postgres_dsn.get_secret_value(), autocommit=True) as connection:
        name, number = connection.execute(
            "SELECT application_name, count(*) FROM pg_stat_activity WHERE datname IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
        ).fetchone() or ("", 0)
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s AND state = 'idle'",
            (name,),
        )
    return f"first query: `{name}` holds {number}, idle → end its sessions"


DRILLS = (
    Drill("ConnectionsRunOut", take_connections, end_connections),
    Drill("NotReady", kill_casualties, start_casualties),
    Drill("StoppedByDeadLetters", poison, step_over),
    Drill("NothingReachesPostgres", stop_postgres, start_postgres),
    Drill("LagGrows", begin_flood, scale_out, keep_up=flood),
    Drill("ReadingDrifts", send_football, stop_football),
    Drill("EndToEndSlow", lock, end_the_session),
    Drill("DiskFills", fill_disk, shorten),
)


def calm(on: Ground) -> None:
    """Wait until nothing fires and little waits."""
    until("no alert fires", lambda: not on.watch.firing(), 600)


def play(on: Ground, drill: Drill) -> tuple[str, str, float, str, float, str]:
    """Bring an alert about and end it; return the row of the table. Raises ``TimeoutError``."""
    calm(on)
    began = time.monotonic()
    how = drill.provoke(on, drill)
    print(f"{drill.alert}: {how}", flush=True)
    while drill.alert not in on.watch.firing():
        drill.keep_up(on, drill)
        if time.monotonic() - began > 400:
            raise TimeoutError(f"{drill.alert} does not fire")
        time.sleep(0.3)
    fired = time.monotonic() - began
    alert = on.watch.firing()[drill.alert]
    others = sorted(on.watch.firing().keys() - {drill.alert})
    print(f"  fires after {fired:.0f} s: {alert['annotations']['summary']}", flush=True)
    print(f"  {alert['annotations']['runbook_url']}; beside it {others or 'none'}", flush=True)
    began = time.monotonic()
    did = drill.mend(on, drill)
    print(f"  {did}", flush=True)
    until(f"{drill.alert} ends", lambda: drill.alert not in on.watch.firing(), 400)
    resolved = time.monotonic() - began
    print(f"  resolved after {resolved:.0f} s", flush=True)
    return drill.alert, how, fired, did, resolved, ", ".join(others) or "–"


def afterwards(on: Ground, drill: Drill) -> None:
    """Put things as they were."""
    for one in drill.kept:
        if isinstance(one, psycopg.Connection):
            one.close()
        elif hasattr(one, "stop"):
            one.is_up()  # type: ignore[attr-defined]
            one.stop()
    if drill.alert == "StoppedByDeadLetters":
        take_back(on)
    if drill.alert == "DiskFills":
        lengthen(on)


def main() -> int:
    """Play the drills, print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.game_day", description=__doc__)
    parser.add_argument("--only", nargs="*", default=[d.alert for d in DRILLS])
    parser.add_argument("--out", type=Path, help="write the table here as well")
    arguments = parser.parse_args()
    groups = srsly.yaml_loads(hurried((PROMETHEUS / "alerts.yml").read_text("utf-8")))["groups"]
    known = {rule["alert"] for group in groups for rule in group["rules"]}
    assert known == {d.alert for d in DRILLS}, "an alert without a drill"
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))  # so that nothing is left behind
    rows, failed = [], []
    with ground() as on:
        for drill in DRILLS:
            if drill.alert not in arguments.only:
                continue
            if drill.alert == "DiskFills" and on.disk is None:
                failed.append("DiskFills: left out, it needs root, mkfs.ext4 and node_exporter")
                continue
            try:
                rows.append(play(on, drill))
            except TimeoutError as error:
                failed.append(f"{drill.alert}: {error}")
                print(f"FAILED {drill.alert}: {error}", flush=True)
            afterwards(on, drill)
    lines = [
        "| alert | provoked by | fires after | the runbook's way | resolved after | fired beside it |",
        "|---|---|---|---|---|---|",
    ]
    lines += [f"| {a} | {how} | {f:.0f} s | {did} | {r:.0f} s | {o} |" for a, how, f, did, r, o in rows]
    table = "\n".join(lines) + "\n"
    print(table + "\n".join(failed))
    if arguments.out:
        arguments.out.write_text(table, "utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
