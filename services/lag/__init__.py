"""Tocsin: lag."""
