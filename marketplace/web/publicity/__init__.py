"""The pages of what is in publicity: the lists anybody may read, and the form to object to an entry."""

from marketplace.web.publicity.views import blueprint

__all__ = ["blueprint"]
