"""What comes in and what goes out: one marshmallow schema a noun, for the web, the API and imported files alike."""
