"""Tocsin: incidents."""
