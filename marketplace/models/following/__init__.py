"""What a person follows and is told of: notices, saved searches, webhooks, favourites."""
