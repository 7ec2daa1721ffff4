"""Read enriched articles with a plain Kafka client, and print who was hurt according to them."""

import json
import os

from confluent_kafka import Consumer

consumer = Consumer(
    {
        "bootstrap.servers": os.environ.get("TOCSIN_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092"),
        "group.id": "my-readers",
        "auto.offset.reset": "earliest",
    }
)
consumer.subscribe(["tocsin.articles.enriched.v1"])
while True:
    record = consumer.poll(1.0)
    if record is None or record.error():
        continue
    enriched = json.loads(record.value())
    article = enriched["article"]
    for claim in enriched["casualties"]:
        span = claim["span"]
        assert article[span["field"]][span["start"] : span["end"]] == span["quote"]
        print(article["title"], "|", claim["harm"], claim["count"]["best"], "|", span["quote"], flush=True)
