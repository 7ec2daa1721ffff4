"""What the README shows works: its programs, its SQL, its commands."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import subprocess
import sys
import uuid
from pathlib import Path

import psycopg
import pytest
from aiokafka import AIOKafkaProducer

from contracts.article import EnrichedArticle, RawArticle
from services.cli.demo import read_all
from services.cli.migrate import migrate_all
from services.runtime.kafka import create_topics
from services.runtime.settings import Settings
from tests.house.tables import ROOT, commands

README = (ROOT / "README.md").read_text("utf-8")
PROGRAMS = ROOT / "docs" / "examples"
ENRICHED = ROOT / "contracts" / "examples" / "articles.enriched" / "full.json"


def blocks(language: str, page: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


def test_the_programs_are_those_that_are_tested() -> None:
    assert sorted(blocks("python")) == sorted(path.read_text("utf-8") for path in PROGRAMS.glob("*.py"))


def test_the_queries_run(postgres_dsn: str) -> None:
    migrate_all(Settings(postgres_dsn=postgres_dsn, _env_file=None))
    found = [*blocks("sql"), *blocks("sql", (ROOT / "CONTRIBUTING.md").read_text("utf-8"))]
    queries = [q for block in found for q in block.split(";") if q.strip()]
    assert len(queries) >= 4
    with psycopg.connect(postgres_dsn) as connection:
        for query in queries:
            assert connection.execute(query).description


def test_every_command_that_is_shown_is_there() -> None:
    names = {name.removeprefix("tocsin ") for name, _ in commands()}
    shown = {
        line.split("#")[0]
        for block in blocks("sh")
        for line in block.splitlines()
        if re.search(r"\btocsin [a-z]", line)
    }
    assert shown
    for line in shown:
        words = shlex.split(line[line.index("tocsin ") :])[1:3]
        assert words[0] in names or " ".join(words) in names, line


def test_every_target_of_make_that_is_shown_is_there() -> None:
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    pages = README + (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert {t for t in re.findall(r"(?:^|`)make ([a-z]+)", pages, re.MULTILINE) if t not in known} == set()


@pytest.fixture
def settings(kafka) -> Settings:
    if not kafka.real:
        pytest.skip("the embedded broker does not speak to every client")
    settings = Settings(kafka_bootstrap_servers=kafka.bootstrap, _env_file=None)
    asyncio.run(create_topics(settings))
    return settings


def test_the_producer_is_acknowledged(settings: Settings) -> None:
    environment = os.environ | {"TOCSIN_KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers}
    subprocess.run([sys.executable, PROGRAMS / "produce.py"], env=environment, check=True, timeout=60)
    records = asyncio.run(read_all(settings, "tocsin.articles.raw.v1"))
    articles = [RawArticle.read(r.value, r.timestamp) for r in records if b"Drones hit Odesa" in r.value]
    assert articles
    assert "Example Wire" in {a.source for a in articles}


def test_the_consumer_prints_claims(settings: Settings, tmp_path: Path) -> None:
    enriched = EnrichedArticle.from_json(ENRICHED.read_bytes())
    assert enriched.casualties

    async def publish() -> None:
        producer = AIOKafkaProducer(bootstrap_servers=settings.kafka_bootstrap_servers)
        await producer.start()
        await producer.send_and_wait("tocsin.articles.enriched.v1", enriched.to_json())
        await producer.stop()

    asyncio.run(publish())
    program = tmp_path / "consume.py"  # with a group of its own, so that it reads from the beginning
    program.write_text((PROGRAMS / "consume.py").read_text("utf-8").replace("my-readers", f"readers-{uuid.uuid4()}"))
    environment = os.environ | {"TOCSIN_KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers}
    wanted = f"{enriched.article.title} | {enriched.casualties[0].harm.value} "
    with subprocess.Popen([sys.executable, program], env=environment, stdout=subprocess.PIPE, text=True) as consumer:
        assert consumer.stdout is not None
        try:
            assert any(line.startswith(wanted) for line in consumer.stdout)
        finally:
            consumer.kill()


def test_the_demo_shows_what_is_quoted() -> None:
    """The titles that the README quotes from the demo stand in the sample corpus."""
    corpus = (ROOT / "services" / "cli" / "sample" / "articles.jsonl").read_text("utf-8")
    titles = {json.loads(line)["title"] for line in corpus.splitlines()}
    quoted = re.findall(r"^  · [^:]+: (.+) \((?:main|background)\)$", README, re.MULTILINE)
    assert quoted
    assert set(quoted) <= titles
