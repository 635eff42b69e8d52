"""Demands and achievements that were brought together, and what came of it."""
