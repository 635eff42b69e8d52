"""The domain of the market, its database, its web face and its command line."""
