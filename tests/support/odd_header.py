"""Send one record whose header key is not UTF-8: ``AIOKAFKA_NO_EXTENSIONS=1 python -m tests.support.odd_header ADDRESS TOPIC``."""

from __future__ import annotations

import asyncio
import sys

from aiokafka import AIOKafkaProducer


class Key(str):
    __slots__ = ()

    def encode(self, *_):
        return b"\xff\xfe"


async def main(bootstrap: str, topic: str) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    try:
        await producer.send_and_wait(topic, b'{"title": "odd"}', partition=1, headers=[(Key("kk"), b"v")])
    finally:
        await producer.stop()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
