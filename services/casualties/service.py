"""The casualties enricher, wired."""

from contracts.annotation import CasualtiesPayload
from services.casualties.extract import extract, load
from services.runtime.service import Enricher

SERVICE = Enricher("casualties", payload=CasualtiesPayload, load=load, extract=extract, model="casualty-grammar-1")
