"""Auctions of listings: announced with secret reserve, bidders admitted, bids in one order, an exact end."""
