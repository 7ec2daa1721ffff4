"""The command ``tocsin migrate``."""

import pytest

from services.cli.app import run


def test_it_says_what_was_done(postgres_dsn, monkeypatch, capsys):
    monkeypatch.setenv("TOCSIN_POSTGRES_DSN", postgres_dsn)
    assert run(["migrate"]) == 0
    assert run(["migrate"]) == 0
    first, second, *again = capsys.readouterr().out.splitlines()
    assert first.split() == ["tocsin", "0001", "0002", "0003", "0004"]
    assert second.split()[0] == "tocsin_linker"
    assert all(line.endswith("up to date") for line in again)


@pytest.mark.parametrize(
    ("dsn", "expected"),
    [
        ("host=/nowhere dbname=x", "tocsin: Postgres: connection is bad"),
        ("postgres+psycopg://u:hunter2@db/x", "tocsin: Postgres refused: TOCSIN_POSTGRES_DSN is no connection string"),
    ],
)
def test_what_is_wrong_takes_one_line(dsn, expected, monkeypatch, capsys):
    monkeypatch.setenv("TOCSIN_POSTGRES_DSN", dsn)
    assert run(["migrate"]) == 1
    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("tocsin")]
    assert line.startswith(expected)
    assert "hunter2" not in line
