"""Campaigns, and the one ledger of who took part in what: recorded, confirmed, counted, closed."""
