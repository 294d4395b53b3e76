"""Bundled cases, one folder each, as package data."""
