"""``tocsin topics``."""

from __future__ import annotations

import asyncio

import typer
from aiokafka.errors import KafkaError

from services.cli.errors import CommandError
from services.cli.settings import load_settings

app = typer.Typer(help="The topics in Kafka.", no_args_is_help=True)


@app.callback()
def _topics() -> None:
    pass


@app.command()
def create() -> None:
    """Create the topics that are missing; those that exist are left as they are.

    TOCSIN_KAFKA_PARTITIONS, TOCSIN_KAFKA_REPLICATION_FACTOR and TOCSIN_KAFKA_MIN_INSYNC_REPLICAS say how.
    """
    from services.runtime.kafka import create_topics

    try:
        made = asyncio.run(create_topics(load_settings()))
    except KafkaError as error:
        raise CommandError(f"Kafka refused: {error}") from error
    for name, what in made.items():
        typer.echo(f"{what:8} {name}")
