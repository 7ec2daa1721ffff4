"""The weapons service: wiring."""

from __future__ import annotations

from contracts.annotation import WeaponsPayload
from services.runtime.service import Enricher
from services.weapons.extract import extract, load

SERVICE = Enricher("weapons", payload=WeaponsPayload, load=load, extract=extract, model="catalogue-1")
