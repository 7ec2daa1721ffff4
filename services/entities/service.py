"""The entities enricher, wired."""

from contracts.annotation import EntitiesPayload
from services.entities.extract import extract, load
from services.runtime.service import Enricher

SERVICE = Enricher(
    "entities",
    payload=EntitiesPayload,
    load=load,
    extract=extract,
    model="en_core_web_md-3.7.1",
    batch=32,
    processes=lambda settings: settings.worker_count(),
)
