"""Tocsin: cli."""
