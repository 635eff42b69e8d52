"""The ways of the records as data, the offices they wait for, and the one function that takes a step."""

from marketplace.workflow.desks import (
    at_desks_of,
    bar,
    deputised,
    desk_of,
    is_impartial,
    may_act,
    move,
    open_task,
    pass_on,
    stands_at,
    unit_desk,
)
from marketplace.workflow.rerouting import reroute, reroute_soon
from marketplace.workflow.steps import Record, actions, actions_of, apply, signing
from marketplace.workflow.tables import (
    ACHIEVEMENT,
    DEAL,
    DEMAND,
    DESKS,
    MATCH,
    PROPOSAL,
    STUDIO_APPLICATION,
    Desk,
    Transition,
)

__all__ = [
    "ACHIEVEMENT",
    "DEAL",
    "DEMAND",
    "DESKS",
    "MATCH",
    "PROPOSAL",
    "STUDIO_APPLICATION",
    "Desk",
    "Record",
    "Transition",
    "actions",
    "actions_of",
    "apply",
    "at_desks_of",
    "bar",
    "deputised",
    "desk_of",
    "is_impartial",
    "may_act",
    "move",
    "open_task",
    "pass_on",
    "reroute",
    "reroute_soon",
    "signing",
    "stands_at",
    "unit_desk",
]
