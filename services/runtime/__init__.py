"""Tocsin: runtime."""
