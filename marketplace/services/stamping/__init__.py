"""Stamps of a time-stamping authority over submissions: queued with the event, asked for by the worker."""
