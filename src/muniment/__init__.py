"""Muniment runs a research-data access programme end to end."""

__version__ = "0.1.0"
