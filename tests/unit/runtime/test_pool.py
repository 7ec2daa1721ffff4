"""The worker's part: pure over one record, whatever it holds; and worker processes that die."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import psutil
import pytest

from contracts.annotation import Annotation
from services.runtime.pool import Pool, Task, annotate, annotate_many
from services.runtime.settings import Settings
from tests.support import echo


def task(title="t", text="x", offset=7) -> Task:
    return Task(json.dumps({"title": title, "text": text}).encode(), 1000, 3, offset)


def test_an_annotation_names_the_raw_record_it_belongs_to():
    annotation = Annotation.from_json(annotate(echo.SERVICE, None, task()).annotation)
    assert (annotation.raw.partition, annotation.raw.offset, annotation.kind, annotation.status) == (
        3,
        7,
        "casualties",
        "ok",
    )


@pytest.mark.parametrize(("title", "reason"), [("reject", "not-wanted"), ("bug", "bug")])
def test_a_failure_makes_a_failed_annotation(title, reason):
    result = annotate(echo.SERVICE, None, task(title))
    annotation = Annotation.from_json(result.annotation)
    assert (annotation.status, annotation.error, annotation.payload) == ("failed", reason, {})
    assert result.error is not None


@pytest.mark.parametrize(
    "value", [b"", b"{", b"[]", b"null", b'{"text": 5}', b'{"title": "", "text": " "}', b"\xff\xfe"]
)
def test_what_is_no_article_makes_none(value):
    result = annotate(echo.SERVICE, None, Task(value, 0, 0, 0))
    assert (result.annotation, result.error) == (None, None)


async def test_a_record_that_kills_its_worker_is_singled_out():
    pool = Pool("tests.support.echo", echo.SERVICE, Settings())
    await pool.start()
    try:
        results = await pool.annotate([task(offset=0), task("kill", offset=1), task(offset=2)])
        statuses = [Annotation.from_json(results[i].annotation).status for i in range(3)]
        assert statuses == ["ok", "failed", "ok"]
        assert [results[i].error is not None for i in range(3)] == [False, True, False]
        assert len(await pool.annotate([task()])) == 1
    finally:
        await pool.stop()


async def test_stop_leaves_no_process_behind():
    pool = Pool("tests.support.echo", echo.SERVICE, Settings())
    before = set(psutil.Process().children(recursive=True))
    await pool.start()
    workers = [
        p for p in set(psutil.Process().children(recursive=True)) - before if "spawn_main" in " ".join(p.cmdline())
    ]
    assert workers
    await asyncio.wait_for(pool.stop(), 20)
    assert not [p for p in workers if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def test_many_at_once_are_what_each_alone_is():
    many = replace(echo.SERVICE, extract_many=lambda articles, model: [echo.extract(a, model) for a in articles])
    tasks = [task("a", offset=0), task("bug", offset=1), Task(b"{", 0, 0, 2), task("b", offset=3)]
    for some in (tasks, [tasks[0], tasks[3]], []):
        found = annotate_many(many, None, some)
        alone = [annotate(echo.SERVICE, None, one) for one in some]
        told = [
            [(r.key, r.annotation and Annotation.from_json(r.annotation).status) for r in rs] for rs in (found, alone)
        ]
        assert told[0] == told[1]
