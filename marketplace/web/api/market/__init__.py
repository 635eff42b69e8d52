"""The market for programs: listings, offers and auctions."""
