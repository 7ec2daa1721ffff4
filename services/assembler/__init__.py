"""Tocsin: assembler."""
