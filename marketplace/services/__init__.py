"""The verbs of the product: plain functions that take the session and the actor first.

A service checks the permission, does one thing, writes the event and flushes; whoever called it commits.
"""
