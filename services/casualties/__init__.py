"""Tocsin: casualties."""
