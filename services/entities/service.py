"""The entities enricher, wired."""

from contracts.annotation import EntitiesPayload
from services.entities.extract import extract, extract_many, load
from services.runtime.service import Enricher

SERVICE = Enricher(
    "entities",
    payload=EntitiesPayload,
    load=load,
    extract=extract,
    extract_many=extract_many,
    model="en_core_web_md-3.7.1",
    batch=64,
    processes=lambda settings: settings.worker_count(),
)
