"""The commands, put together; each is a file of its own beside this one."""

from __future__ import annotations

import sys

import typer
from rich.console import Console

from services import VERSION
from services.cli import (
    dead_letters,
    demo,
    enrich,
    ingest,
    migrate,
    replay,
    restore,
    run_service,
    status,
    topics,
    trace,
)
from services.cli.errors import CommandError
from services.runtime import logs
from services.runtime.service import Unavailable

HELP = """
Tocsin reads a stream of news on armed conflict and keeps a live, checkable ledger of incidents.

[bold]Try it[/bold], with nothing but this machine:

  tocsin demo                             everything embedded, with sample articles
  tocsin enrich article.txt               what Tocsin reads out of one article

[bold]Run it[/bold] on your Kafka and Postgres (TOCSIN_KAFKA_BOOTSTRAP_SERVERS, TOCSIN_POSTGRES_DSN):

  tocsin topics create && tocsin migrate  once
  tocsin up                               all services; or `tocsin run NAME` for one
  tocsin ingest news/*.txt                articles in
  tocsin status                           how far each service is
"""

app = typer.Typer(
    help=HELP, rich_markup_mode="rich", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(VERSION)
        raise typer.Exit


@app.callback()
def _options(
    debug: bool = typer.Option(False, "--debug", help="Show tracebacks."),
    version: bool = typer.Option(False, "--version", help="Print the version.", callback=_version, is_eager=True),
) -> None:
    del debug, version


app.command("run")(run_service.run)
app.command("up")(run_service.up)
app.add_typer(topics.app, name="topics")
app.command("migrate")(migrate.migrate)
app.command("ingest")(ingest.ingest)
app.command("enrich")(enrich.enrich)
app.command("dead-letters")(dead_letters.dead_letters)
app.command("status")(status.status)
app.command("trace")(trace.trace)
app.command("replay")(replay.replay)
app.command("restore")(restore.restore)
app.command("demo")(demo.demo)


def run(argv: list[str]) -> int:
    """Run a command; errors take one line with the remedy, or a traceback with ``--debug``."""
    logs.quiet()
    debug = "--debug" in argv
    argv = [a for a in argv if a != "--debug"]
    try:
        code = typer.main.get_command(app).main(args=argv, prog_name="tocsin", standalone_mode=False)
    except typer.Exit as done:
        return done.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except (CommandError, Unavailable, OSError) as error:
        if debug:
            raise
        return _say(str(error), getattr(error, "code", 1))
    except Exception as error:  # click's own errors have a message and an exit code
        if debug or not hasattr(error, "format_message"):
            raise
        return _say(f"{error.format_message()} (see `tocsin --help`)", getattr(error, "exit_code", 2))
    return code if isinstance(code, int) else 0


def _say(message: str, code: int) -> int:
    Console(file=sys.stderr, soft_wrap=True, highlight=False).print(f"tocsin: {message}", markup=False)
    return code
