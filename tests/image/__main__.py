"""Build the image without an engine and run every service from it: ``make image``.

Needs root, Debian's buildah, what real Kafka needs, and debootstrap unless ``--base`` names a base: the Dockerfile's own
default is the official image, which can't be fetched everywhere. The self-made base stays in buildah's storage, the image
does not. Real Kafka and Postgres are started, every service runs from the image as its own user, an article goes in over
HTTP and has to come out as an incident. What is looked at on the way: nothing is written outside /tmp, no connection goes
to anything but Kafka and Postgres, SIGTERM ends each service with 0. There is no isolation of processes and network here:
that is for a real engine. The Dockerfile goes through hadolint where that is installed. Exit code 1: the image is bad; 75:
this machine, or its network, does not let an image be built.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import httpx
import psutil
import psycopg

from services.cli.embedded import EmbeddedPostgres, free_port
from services.registry import SERVICES
from tests.support.apache_kafka import ApacheKafka, available

ROOT = Path(__file__).resolve().parents[2]
BASE, IMAGE, SUITE = "localhost/tocsin-base:bookworm", "localhost/tocsin:try", "bookworm"
USER = 10001
ENVIRONMENT = os.environ | {"STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot"}
ARTICLE = {
    "title": "Drones hit a grain port in Odesa",
    "text": "ODESA, March 5, 2024. Three people were killed and eight injured when Shahed drones struck the port on Tuesday.",
}
WAIT = 120.0


UNTRIED = 75  # EX_TEMPFAIL: the machine, or its network, not the image
NO_PACKAGES = ("Temporary failure", "Could not find a version", "Max retries exceeded", "ConnectionError", "Could not resolve", "Unable to fetch", "Failed to fetch")  # fmt: skip


class BadImageError(Exception):
    """What is wrong with the image."""


class UntriedError(Exception):
    """Why the image can't be built here."""


def run(*words: str) -> str:
    """Run a command; return what it prints. Raises ``BadImageError`` with its last words."""
    said = subprocess.run(words, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    if said.returncode:
        raise BadImageError(f"{' '.join(words[:3])}: {(said.stderr + said.stdout).strip()[-2000:]}")
    return said.stdout.strip()


@contextmanager
def container(image: str) -> Iterator[tuple[str, Path]]:
    """Yield a container of an image, and where its files lie; remove it in the end."""
    name = run("buildah", "from", image)
    try:
        yield name, Path(run("buildah", "mount", name))
    finally:
        run("buildah", "rm", name)


def make_base() -> None:
    """Make a base of Debian's own packages, unless it is there. Raises ``UntriedError`` where it can't be run here."""
    try:
        _make_base()
        with container(BASE) as (name, _):
            run("buildah", "run", name, "--", "true")
    except BadImageError as failure:
        raise UntriedError(str(failure)) from failure


def _make_base() -> None:
    if BASE in run("buildah", "images", "--format", "{{.Name}}:{{.Tag}}").splitlines():
        return
    with container("scratch") as (name, root):
        packages = "python3,python3-venv,ca-certificates"
        run("debootstrap", "--variant=minbase", f"--include={packages}", SUITE, str(root))
        run("buildah", "commit", name, BASE)


def build(base: str) -> None:
    """Build the Dockerfile on a base. Raises ``UntriedError`` where the packages that it wants can't be had."""
    trust = []
    for name in ("PIP_CERT", "PIP_INDEX_URL"):
        if os.environ.get(name):
            trust += ["--env", f"{name}={os.environ[name]}"]
    if os.environ.get("PIP_CERT"):
        trust += ["--volume", f"{os.environ['PIP_CERT']}:{os.environ['PIP_CERT']}:ro"]
    said = (
        f"--no-cache --force-rm --format docker --build-arg BASE={base} --file deploy/Dockerfile --tag {IMAGE}".split()
    )
    try:
        run("buildah", "bud", *said, *trust, str(ROOT))
    except BadImageError as failure:
        if any(words in str(failure) for words in NO_PACKAGES):
            raise UntriedError(str(failure)) from failure
        raise


@contextmanager
def neighbours() -> Iterator[tuple[str, str, Path]]:
    """Yield a real broker's address, a real database's DSN, and the folder of its socket."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-image-"))
    folder.chmod(0o755)
    kafka, postgres = ApacheKafka(), EmbeddedPostgres(folder / "postgres")
    try:
        kafka.start()
        postgres.start()
        for path in folder.rglob("*.s.PGSQL*"):
            path.parent.chmod(0o755)
        yield kafka.bootstrap, postgres.dsn, folder
    finally:
        postgres.stop()
        kafka.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Service:
    """A command of the image, run as the image's user."""

    def __init__(self, container: str, words: list[str], environment: dict[str, str], share: Path, log: Path) -> None:
        variables = [w for name, value in environment.items() for w in ("--env", f"{name}={value}")]
        command = [
            "buildah",
            "run",
            "--volume",
            f"{share}:{share}",
            *variables,
            container,
            "--",
            "tini",
            "--",
            "tocsin",
        ]
        self.log = log
        with log.open("wb") as output:
            self.process = psutil.Popen(
                [*command, *words], env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )

    def family(self) -> list[psutil.Process]:
        """Return tini and what runs below it. Raises ``BadImageError`` where one of them has another user."""
        tini = next((p for p in self.process.children(recursive=True) if p.name() == "tini"), None)
        family = [tini, *tini.children(recursive=True)] if tini else []
        if any(set(p.uids()) != {USER} for p in family):
            raise BadImageError(f"users of {self.log.stem}: {[p.uids() for p in family]}")
        return family

    def stop(self) -> int:
        """Send SIGTERM to tini, as an engine does; return the exit code, -9 if it has to be killed."""
        family = self.family()
        for tini in family[:1]:
            tini.terminate()
        try:
            return int(self.process.wait(30))
        except psutil.TimeoutExpired:
            for process in [*family, self.process]:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            return int(self.process.wait())


def until(what: str, ready: Callable[[], bool]) -> float:
    """Wait until ``ready()`` is true; return the seconds. Raises ``BadImageError``."""
    began = time.monotonic()
    while not ready():
        if time.monotonic() - began > WAIT:
            raise BadImageError(f"{what}: not within {WAIT:.0f} s")
        time.sleep(0.1)
    return time.monotonic() - began


def answers(address: str) -> bool:
    """Tell whether a page answers with 200."""
    try:
        return httpx.get(address, trust_env=False, timeout=5).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def files(root: Path) -> set[tuple[str, float]]:
    """Return every file outside /tmp with its time of change."""
    found = set()
    for folder, folders, names in os.walk(root):
        if folder == str(root):
            folders[:] = [f for f in folders if f not in ("tmp", "proc", "sys", "dev", "run")]
        for name in names:
            path = Path(folder) / name
            found.add((str(path.relative_to(root)), path.lstat().st_mtime))
    return found


def try_out(name: str, root: Path, logs: Path) -> None:
    """Run every service and send an article through. Raises ``BadImageError``."""
    before = files(root)
    with neighbours() as (bootstrap, dsn, share):
        common = {"TOCSIN_KAFKA_BOOTSTRAP_SERVERS": bootstrap, "TOCSIN_POSTGRES_DSN": dsn, "TOCSIN_HTTP_TOKEN": "try"}
        for words in (["topics", "create"], ["migrate"]):
            step = Service(name, words, common, share, logs / f"{words[0]}.log")
            if step.process.wait(WAIT):
                raise BadImageError(f"tocsin {' '.join(words)}: {step.log.read_text()[-2000:]}")
        http = free_port()
        running: dict[str, Service] = {}
        ports = {service: free_port() for service in SERVICES}
        try:
            for service in SERVICES:
                own = {"TOCSIN_METRICS_PORT": str(ports[service]), "TOCSIN_HTTP_PORT": str(http), "TOCSIN_WORKERS": "1"}
                began = time.monotonic()
                running[service] = Service(name, ["run", service], common | own, share, logs / f"{service}.log")
                until(f"{service} is ready", partial(answers, f"http://127.0.0.1:{ports[service]}/readyz"))
                print(f"  {service:11} ready after {time.monotonic() - began:5.1f} s as user {USER}")
            sent = httpx.post(
                f"http://127.0.0.1:{http}/articles",
                json=ARTICLE,
                headers={"Authorization": "Bearer try"},
                trust_env=False,
            )
            if not sent.is_success:
                raise BadImageError(f"POST /articles: {sent.status_code} {sent.text}")
            with psycopg.connect(dsn, autocommit=True) as database:
                query = "SELECT killed_best, injured_best FROM tocsin.incidents"
                seconds = until("an incident in Postgres", lambda: database.execute(query).fetchone() is not None)
                toll = database.execute(query).fetchone()
            print(f"  an article through all of them in {seconds:.1f} s: killed and injured {toll}")
            if toll != (3, 8):
                raise BadImageError(f"the toll is {toll}, not (3, 8)")
            kafka, served = int(bootstrap.rpartition(":")[2]), {http, *ports.values()}  # Postgres is a Unix socket here
            links = [c for s in running.values() for p in s.family() for c in p.net_connections() if c.raddr]
            foreign = [c for c in links if c.raddr[1] != kafka and c.laddr[1] not in served]
            if foreign:
                raise BadImageError(f"connections to others than Kafka and Postgres: {foreign}")
        finally:
            codes = {service: process.stop() for service, process in running.items()}
        if set(codes.values()) != {0}:
            raise BadImageError(f"exit codes after SIGTERM: {codes}")
    written = files(root) - before
    if written:
        raise BadImageError(f"written outside /tmp: {sorted(path for path, _ in written)[:10]}")
    print("  nothing written outside /tmp, no connection but to Kafka and Postgres, every service ended with 0")


def main() -> int:
    """Build, run, report."""
    parser = argparse.ArgumentParser(prog="make image", description="Build the image and run every service from it.")
    parser.add_argument("--base", default="", help="base image; without it one is made with debootstrap")
    base = parser.parse_args().base
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))  # so that nothing is left behind
    missing = [tool for tool in ("buildah", *([] if base else ["debootstrap"])) if not shutil.which(tool)]
    if missing or os.geteuid() or not available():
        print(f"needs root, {'' if available() else 'Java 17, Maven, '}buildah, debootstrap; missing: {missing or '-'}")
        return 2
    try:
        if shutil.which("hadolint"):
            run("hadolint", str(ROOT / "deploy" / "Dockerfile"))
            print("hadolint: nothing to say")
        if not base:
            make_base()
        began = time.monotonic()
        build(base or BASE)
        print(f"built in {time.monotonic() - began:.0f} s on {base or BASE}")
        with container(IMAGE) as (name, root), tempfile.TemporaryDirectory() as logs:
            size = sum(p.lstat().st_size for p in root.rglob("*") if p.is_file() and not p.is_symlink())
            print(f"{size / 1e6:.0f} MB of files, base and all", flush=True)
            try_out(name, root, Path(logs))
        run("buildah", "rmi", IMAGE)
    except UntriedError as reason:
        print(f"NOT TRIED: {reason}")
        return UNTRIED
    except BadImageError as failure:
        print(f"FAILED: {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
