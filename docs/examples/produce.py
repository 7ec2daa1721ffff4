"""Put an article on the stream with a plain Kafka client: a title or a text is all that it needs."""

import json
import os

from confluent_kafka import Producer

producer = Producer({"bootstrap.servers": os.environ.get("TOCSIN_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092")})
article = {
    "title": "Drones hit Odesa",
    "text": "ODESA, March 5, 2024. Three people were killed and eight injured when drones struck Odesa on Tuesday.",
    "source": "Example Wire",
    "published_at": "2024-03-05T09:00:00Z",
}
producer.produce("tocsin.articles.raw.v1", json.dumps(article).encode())
if producer.flush(30):
    raise SystemExit("Kafka has not acknowledged the article")
