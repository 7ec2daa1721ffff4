"""Every setting, in one place: environment variables ``TOCSIN_*``, or a ``.env`` file."""

from __future__ import annotations

import os
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """The settings of all services; a service reads those that concern it."""

    model_config = SettingsConfigDict(env_prefix="TOCSIN_", env_file=".env", extra="ignore", frozen=True)

    kafka_bootstrap_servers: str = Field(
        default="127.0.0.1:9092", description="Kafka brokers, host:port, comma separated"
    )
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        default="PLAINTEXT", description="how to speak to Kafka"
    )
    kafka_ssl_cafile: str | None = Field(
        default=None, description="PEM file of the authority that signed the brokers' certificates"
    )
    kafka_ssl_certfile: str | None = Field(
        default=None, description="PEM file of the client's certificate (mutual TLS)"
    )
    kafka_ssl_keyfile: str | None = Field(default=None, description="PEM file of the client's key")
    kafka_ssl_password: SecretStr | None = Field(default=None, description="password of the client's key")
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        default="SCRAM-SHA-512", description="SASL mechanism, where the protocol has SASL"
    )
    kafka_sasl_username: str | None = Field(default=None, description="SASL user")
    kafka_sasl_password: SecretStr | None = Field(default=None, description="SASL password")
    kafka_partitions: int = Field(
        default=4, ge=1, description="partitions of every `articles.*` topic when `topics create` makes them"
    )
    kafka_replication_factor: int = Field(
        default=1, ge=1, description="replicas of every topic when `topics create` makes them"
    )
    kafka_min_insync_replicas: int = Field(default=1, ge=1, description="`min.insync.replicas` of every topic")
    kafka_session_timeout_ms: int = Field(
        default=10_000, ge=1000, description="silence after which a consumer counts as dead"
    )
    kafka_max_poll_interval_ms: int = Field(default=300_000, ge=5000, description="longest time a batch may take")
    instance: str | None = Field(
        default=None,
        description="name of this replica's slot (static membership): stable over restarts, its own for each replica; "
        "the host name if unset",
    )
    static_membership: bool = Field(
        default=True, description="rejoin without a rebalance after a restart, by `TOCSIN_INSTANCE`"
    )

    postgres_dsn: SecretStr = Field(
        default=SecretStr("postgresql:///tocsin"), description="Postgres, as a libpq connection string or URL"
    )

    http_host: str = Field(
        default="127.0.0.1", description="address that the ingest API and the health pages listen on"
    )
    http_port: int = Field(default=8080, ge=0, le=65535, description="port of the ingest API")
    http_token: SecretStr | None = Field(
        default=None, description="bearer token that producers must send; none if unset"
    )
    http_max_request_bytes: int = Field(default=10_000_000, ge=1000, description="largest request body")
    http_max_article_bytes: int = Field(default=1_000_000, ge=1000, description="largest article, as JSON")
    metrics_port: int = Field(
        default=9100, ge=0, le=65535, description="port of /metrics, /healthz and /readyz; 0 takes a free one"
    )

    feeds: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="RSS or Atom addresses, separated by commas or white space"
    )
    feeds_interval_seconds: float = Field(default=300.0, gt=0, description="time between two polls of a feed")
    feeds_timeout_seconds: float = Field(default=20.0, gt=0, description="longest time for one fetch")
    feeds_max_bytes: int = Field(default=5_000_000, ge=1000, description="largest feed document")
    feeds_allow_private: bool = Field(
        default=False, description="let feeds live at private, loopback and link-local addresses"
    )

    batch_size: int = Field(default=500, ge=1, description="most records that a service takes at a time")
    workers: int = Field(
        default=0,
        ge=0,
        description="processes for the language model of one `entities` replica; 0 is one for each core",
    )
    pending_limit: int = Field(
        default=10_000, ge=1, description="articles that may wait in the assembler before it pauses `articles.raw`"
    )
    dead_letter_ratio: float = Field(
        default=0.5, gt=0, le=1, description="share of dead letters among the last messages that stops a service"
    )
    dead_letter_window: int = Field(default=200, ge=10, description="how many last messages that share is taken of")
    dead_letter_consecutive: int = Field(default=100, ge=1, description="dead letters in a row that stop a service")
    shutdown_seconds: float = Field(default=15.0, gt=0, description="longest time for the batch in hand after SIGTERM")
    leave_group_on_exit: bool = Field(
        default=False, description="give partitions up at once on exit: for a wanted scale-in"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="least level that is logged"
    )
    log_format: Literal["auto", "json", "console"] = Field(
        default="auto", description="auto: console on a terminal, else JSON lines"
    )

    @field_validator("feeds", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    def instance_name(self) -> str:
        """Return the name of this replica's slot."""
        return self.instance or os.uname().nodename

    def worker_count(self) -> int:
        """Return the number of worker processes."""
        return self.workers or len(os.sched_getaffinity(0))
