"""Tocsin: sink."""
