"""What comes in and what goes out: one marshmallow schema a noun, for the web, the API and imported files alike."""

from marketplace.schemas import library_words

library_words.translate()
