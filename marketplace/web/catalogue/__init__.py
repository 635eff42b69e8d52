"""The catalogue, open to anyone: searched, browsed, read record by record."""

from marketplace.web.catalogue import answers
from marketplace.web.catalogue.views import blueprint

__all__ = ["answers", "blueprint"]
