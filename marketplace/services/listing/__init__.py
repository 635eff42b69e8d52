"""Offering a published achievement: listings, offers, auctions, and what a deal waits for before it is signed."""
