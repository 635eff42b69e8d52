"""Proposals, the benefit they bring and the awards the best of them win."""
