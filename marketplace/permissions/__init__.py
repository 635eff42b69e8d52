"""Who may do what: the one place where it is decided.

Reading is one rule in three forms: a record has ``readers``, an actor has ``tokens``, and the record may be read when
the two meet. ``readers_of`` gives the set, ``readable`` the same rule as an SQL condition, and the index stores the
set and filters on it. Writing is one function a verb, named ``can_<verb>``; a service calls it before it acts.
"""

from marketplace.permissions.actors import SYSTEM, VISITOR, Actor, Deputised, Grant, signed_by, upwards
from marketplace.permissions.awards import can_decide_objections, can_follow_award, can_judge, can_run_award
from marketplace.permissions.people import (
    can_in_unit,
    can_see_name,
    can_see_person,
    is_oneself,
    levels_given,
    unit_seen,
)
from marketplace.permissions.reading import (
    OPEN_DEMANDS,
    can_read,
    lying_in,
    owners_of,
    path_within,
    places_of,
    readable,
    readers_of,
)
from marketplace.permissions.roles import PROVINCE, PUBLIC, Permission
from marketplace.permissions.studios import can_keep_studio, can_see_studio, leads, tiers_given
from marketplace.permissions.verbs import (
    EDITABLE,
    admitted_to,
    can,
    can_answer_for,
    can_edit_achievement,
    can_edit_demand,
    can_enter_curation,
    can_grant,
    can_read_history,
    can_see_authors,
    can_see_to,
    can_support,
    can_take_proof,
    is_author,
    owns,
    require,
)

__all__ = [
    "EDITABLE",
    "OPEN_DEMANDS",
    "PROVINCE",
    "PUBLIC",
    "SYSTEM",
    "VISITOR",
    "Actor",
    "Deputised",
    "Grant",
    "Permission",
    "admitted_to",
    "can",
    "can_answer_for",
    "can_decide_objections",
    "can_edit_achievement",
    "can_edit_demand",
    "can_enter_curation",
    "can_follow_award",
    "can_grant",
    "can_in_unit",
    "can_judge",
    "can_keep_studio",
    "can_read",
    "can_read_history",
    "can_run_award",
    "can_see_authors",
    "can_see_name",
    "can_see_person",
    "can_see_studio",
    "can_see_to",
    "can_support",
    "can_take_proof",
    "is_author",
    "is_oneself",
    "leads",
    "levels_given",
    "lying_in",
    "owners_of",
    "owns",
    "path_within",
    "places_of",
    "readable",
    "readers_of",
    "require",
    "signed_by",
    "tiers_given",
    "unit_seen",
    "upwards",
]
