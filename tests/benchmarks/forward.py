"""Raw aiokafka: a batch in, each record out to the same partition, all acknowledged, then the commit."""

import asyncio
import signal

from aiokafka import AIOKafkaConsumer

from services.runtime.kafka import producer
from services.runtime.settings import Settings

IN, OUT = "tocsin.bench.in.v1", "tocsin.bench.out.v1"


async def main() -> None:
    settings = Settings(_env_file=None)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    consumer = AIOKafkaConsumer(
        IN, bootstrap_servers=settings.kafka_bootstrap_servers, group_id="forward", enable_auto_commit=False, auto_offset_reset="earliest"
    )  # fmt: skip
    kafka = producer(settings, "forward")
    await consumer.start()
    await kafka.start()
    while not stop.is_set():
        fetched = await consumer.getmany(timeout_ms=200, max_records=500)
        records = [record for some in fetched.values() for record in some]
        await asyncio.gather(*[await kafka.send(OUT, r.value, key=r.key, partition=r.partition) for r in records])
        if records:
            await consumer.commit()
    await consumer.stop()
    await kafka.stop()


if __name__ == "__main__":
    asyncio.run(main())
