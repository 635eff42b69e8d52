"""Demands: told in one's own words, turned into a brief, posted, and answered with quotations."""

from marketplace.web.demands import answers
from marketplace.web.demands.views import blueprint

__all__ = ["answers", "blueprint"]
