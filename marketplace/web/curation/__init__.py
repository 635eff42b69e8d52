"""The pages of the union's offices: what this office may do, its people, the words everybody searches with.

Every page of the blueprint is for staff alone. A view asks ``actor()`` who acts and hands it to a service, which checks
what this office may do; a link is shown where ``can(actor(), permission)`` holds.
"""

from marketplace.web.curation import deputies, people, publicity, queue, records, review, rules, thesaurus, unanswered
from marketplace.web.curation.home import blueprint

__all__ = [
    "blueprint",
    "deputies",
    "people",
    "publicity",
    "queue",
    "records",
    "review",
    "rules",
    "thesaurus",
    "unanswered",
]
