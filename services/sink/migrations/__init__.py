"""Migrations of the schema ``tocsin``."""
