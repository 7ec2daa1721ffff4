"""Tocsin: text."""
