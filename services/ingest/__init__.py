"""Tocsin: ingest."""
