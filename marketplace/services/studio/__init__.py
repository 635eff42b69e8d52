"""Innovation studios: the record and its parts, the ladder of tiers, what must be seen to, what everybody sees."""
