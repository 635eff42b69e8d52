"""An achievement as its author meets it: written bit by bit, agreed by its completers, followed to publication."""

from marketplace.web.submissions import nearby, parts, views
from marketplace.web.submissions.home import blueprint

__all__ = ["blueprint", "nearby", "parts", "views"]
