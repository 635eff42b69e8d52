"""What a person follows, for his programs: saved searches, notices, favourites and webhooks."""
