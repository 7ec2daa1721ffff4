"""An enricher that reads nothing: the machinery alone."""

from __future__ import annotations

from contracts.annotation import CasualtiesPayload
from services.runtime.service import Enricher, Reject


def load(settings):
    return None


def extract(article, model):
    if article.title == "reject":
        raise Reject("not-wanted", "the title says so")
    if article.title == "bug":
        raise ZeroDivisionError
    if article.title == "kill":
        import os

        os._exit(9)
    return CasualtiesPayload()


SERVICE = Enricher("casualties", payload=CasualtiesPayload, load=load, extract=extract, model="echo")
