"""Tocsin: weapons."""
