"""Real Apache Kafka, one KRaft node, from its published jars: needs Java 17 and Maven, no Docker."""

from __future__ import annotations

import base64
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

from services.cli.embedded import free_port, port_answers

VERSION = "4.1.1"
SCALA = "2.13"
LOG4J = "2.24.3"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tocsin"

POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>kafka-run</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_{SCALA}</artifactId><version>{VERSION}</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-api</artifactId><version>{LOG4J}</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId><version>{LOG4J}</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>{LOG4J}</version></dependency>
  </dependencies>
</project>
"""

PROPERTIES = """process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
log.dirs={folder}/data
num.partitions=4
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=4
default.replication.factor=1
min.insync.replicas=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
log.segment.bytes=67108864
log.cleaner.dedupe.buffer.size=16777216
log.cleaner.threads=1
num.network.threads=2
num.io.threads=4
background.threads=2
"""

LOGGING = """status=warn
appender.file.type=File
appender.file.name=F
appender.file.fileName={folder}/server.log
appender.file.layout.type=PatternLayout
appender.file.layout.pattern=[%d] %p %m (%c)%n
rootLogger.level=info
rootLogger.appenderRef.f.ref=F
"""


def java() -> str | None:
    """Return a Java of 17 or later, or None."""
    home = os.environ.get("JAVA_HOME")
    program = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if not program:
        return None
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return program if found and int(found[1]) >= 17 else None


def available() -> bool:
    """Tell whether Kafka can be run here: Java 17, and Maven or the jars from before."""
    return java() is not None and (shutil.which("mvn") is not None or (_jars() / ".complete").exists())


def _jars() -> Path:
    return CACHE / f"kafka-{VERSION}"


def fetch() -> Path:
    """Fetch the jars once, into the user's cache."""
    jars = _jars()
    if not (jars / ".complete").exists():
        jars.mkdir(parents=True, exist_ok=True)
        pom = jars / "pom.xml"
        pom.write_text(POM)
        subprocess.run(
            [
                "mvn",
                "-B",
                "-q",
                "-f",
                pom,
                "dependency:copy-dependencies",
                "-DincludeScope=runtime",
                f"-DoutputDirectory={jars}",
            ],
            check=True,
        )
        (jars / ".complete").touch()
    return jars


class ApacheKafka:
    """One broker on free loopback ports, with its data in a folder of its own."""

    def __init__(self, *, quick: bool = True) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tocsin-kafka-"))
        self.port, self._controller = free_port(), free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._quick = quick
        self.properties = PROPERTIES.format(port=self.port, controller=self._controller, folder=self.folder)
        self.format: list[str] = []

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    def _java(self, *arguments: str) -> list[str]:
        program = java()
        assert program is not None
        jars = fetch()
        return [program, f"-Dlog4j2.configurationFile={self.folder}/log4j2.properties", "-cp", f"{jars}/*", *arguments]

    def start(self, wait: float = 60.0) -> None:
        """Start (again) and wait until the broker says that it has."""
        properties = self.folder / "server.properties"
        if not properties.exists():
            properties.write_text(self.properties)
            (self.folder / "log4j2.properties").write_text(LOGGING.format(folder=self.folder))
            cluster = "A" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode()[1:].rstrip("=")
            subprocess.run(
                self._java(
                    *("kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(properties), "--standalone"),
                    *self.format,
                ),
                check=True,
                capture_output=True,
            )
        (self.folder / "server.log").unlink(missing_ok=True)
        tuning = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"] if self._quick else []
        command = self._java("kafka.Kafka", str(properties))
        command[1:1] = ["-Xms256m", "-Xmx512m", "-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true", *tuning]
        with (self.folder / "console.log").open("ab") as output:
            self._process = subprocess.Popen(
                command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, start_new_session=True
            )
        until = time.monotonic() + wait
        while not (self._started() and port_answers(self.port)):
            if self._process.poll() is not None or time.monotonic() > until:
                log = self.folder / "server.log"
                raise RuntimeError("Kafka did not start:\n" + (log.read_text()[-3000:] if log.exists() else "no log"))
            time.sleep(0.1)

    def _started(self) -> bool:
        log = self.folder / "server.log"
        return log.exists() and "Kafka Server started" in log.read_text(errors="replace")

    def configure(self, topic: str, setting: str) -> None:
        """Change a setting of a topic, with Kafka's own tool. Raises ``CalledProcessError``."""
        where = ("--bootstrap-server", self.bootstrap, "--alter", "--entity-type", "topics", "--entity-name", topic)
        command = self._java("kafka.admin.ConfigCommand", *where, "--add-config", setting)
        subprocess.run(command, check=True, capture_output=True)

    def kill(self) -> None:
        """End the broker as a power cut would."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End the broker and remove its data."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
