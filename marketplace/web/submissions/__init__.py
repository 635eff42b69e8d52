"""An achievement as its author meets it: written bit by bit, agreed by its completers, followed to publication."""

from marketplace.web.submissions import amending, nearby, parts, views
from marketplace.web.submissions.home import blueprint

__all__ = ["amending", "blueprint", "nearby", "parts", "views"]
