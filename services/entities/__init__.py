"""Tocsin: entities."""
