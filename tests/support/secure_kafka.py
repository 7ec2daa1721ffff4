"""Apache Kafka as it is run where others are: TLS with an authority made for it, users with passwords, rights by user."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

from confluent_kafka.admin import AclBinding, AclOperation, AclPermissionType, AdminClient, ResourcePatternType
from confluent_kafka.admin import ResourceType as Kind

from services.cli.embedded import free_port
from services.runtime.settings import Settings
from tests.support.apache_kafka import PROPERTIES, ApacheKafka

ADMIN = "root"
PASSWORD = "no+secret&of%a:test"
USERS = (
    *(f"tocsin-{name}" for name in "ingest entities weapons casualties assembler incidents sink lag admin".split()),
    *("tocsin-operator", "my-producer", "my-consumer", ADMIN),
)
README = Path(__file__).resolve().parents[2] / "deploy" / "kafka" / "README.md"
SECURE = """
listeners=SASL_SSL://127.0.0.1:{port},PLAINTEXT://127.0.0.1:{inner},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=SASL_SSL://127.0.0.1:{port},PLAINTEXT://127.0.0.1:{inner},CONTROLLER://127.0.0.1:{controller}
listener.security.protocol.map=SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
ssl.keystore.type=PEM
ssl.keystore.location={folder}/broker.pem
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:{admin};User:ANONYMOUS
"""


def _openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def certify(folder: Path) -> None:
    """Make an authority (``ca.crt``) and a broker's key and certificate for 127.0.0.1 that it has signed (``broker.pem``)."""
    (folder / "address.cnf").write_text("subjectAltName=IP:127.0.0.1\n")
    key = ("-newkey", "rsa:2048", "-noenc", "-keyout")
    authority = ("-addext", "keyUsage=critical,keyCertSign,cRLSign", "-days", "2", "-subj", "/CN=authority")
    _openssl(folder, "req", "-x509", *key, "ca.key", "-out", "ca.crt", *authority)
    _openssl(folder, "req", *key, "broker.key", "-out", "broker.csr", "-subj", "/CN=broker")
    signing = ("-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "address.cnf")
    _openssl(folder, "x509", "-req", "-in", "broker.csr", "-out", "broker.crt", *signing)
    (folder / "broker.pem").write_text((folder / "broker.key").read_text() + (folder / "broker.crt").read_text())


class SecureKafka(ApacheKafka):
    """One broker that speaks SASL_SSL with SCRAM-SHA-512 to its clients, and lets a user do what it was given."""

    def __init__(self) -> None:
        super().__init__()
        certify(self.folder)
        given = dict(port=self.port, controller=self._controller, folder=self.folder)  # noqa: C408
        ours = re.findall(r"^([\w.]+)=", SECURE, re.MULTILINE)
        plain = "".join(line + "\n" for line in PROPERTIES.splitlines() if line.partition("=")[0] not in ours)
        self.properties = plain.format(**given) + SECURE.format(**given, inner=free_port(), admin=ADMIN)
        self.format = [w for user in USERS for w in ("-S", f"SCRAM-SHA-512=[name={user},password={PASSWORD}]")]

    def environment(self, user: str) -> dict[str, str]:
        """Return the settings of a service that comes as a user."""
        return {
            "TOCSIN_KAFKA_BOOTSTRAP_SERVERS": self.bootstrap,
            "TOCSIN_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "TOCSIN_KAFKA_SSL_CAFILE": str(self.folder / "ca.crt"),
            "TOCSIN_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
            "TOCSIN_KAFKA_SASL_USERNAME": user,
            "TOCSIN_KAFKA_SASL_PASSWORD": PASSWORD,
        }

    def settings(self, user: str, **more: str) -> Settings:
        """Return the same as settings."""
        given = self.environment(user) | more
        return Settings(_env_file=None, **{k.removeprefix("TOCSIN_").lower(): v for k, v in given.items()})

    def give_rights(self) -> None:
        """Give each user what the commands of deploy/kafka/README.md give it."""
        client = AdminClient(
            {
                "bootstrap.servers": self.bootstrap,
                "security.protocol": "SASL_SSL",
                "ssl.ca.location": str(self.folder / "ca.crt"),
                "sasl.mechanism": "SCRAM-SHA-512",
                "sasl.username": ADMIN,
                "sasl.password": PASSWORD,
            }
        )
        for done in client.create_acls(documented()).values():
            done.result(30)


def documented() -> list[AclBinding]:
    """Read the rights out of the commands of deploy/kafka/README.md."""
    found = []
    for line in re.findall(r"^acl (User:.+)$", README.read_text("utf-8"), re.MULTILINE):
        user, *words = shlex.split(line)
        pairs = list(zip(words[::2], words[1::2], strict=True))
        pattern = dict(pairs).get("--resource-pattern-type", "literal").upper()
        for operation in (value for name, value in pairs if name == "--operation"):
            for name, value in pairs:
                if name in ("--topic", "--group"):
                    kind = Kind.TOPIC if name == "--topic" else Kind.GROUP
                    found.append(
                        AclBinding(
                            *(kind, value, ResourcePatternType[pattern], user, "*"),
                            *(AclOperation[operation.upper()], AclPermissionType.ALLOW),
                        )
                    )
    return found
