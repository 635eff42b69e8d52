"""How complex a demand is, by six weighted factors that are rules (rule 17): the score says who sees to it first."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace import rules
from marketplace.db import today
from marketplace.models import Demand

# The factors that a list of words of a rule is looked for, and the rule.
_WORDS = {"pilot": "complexity_pilot", "compliance": "complexity_compliance", "duty": "complexity_duty"}
_NUMBER = re.compile(r"[0-9０-９]")


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor with its weight, and whether the demand has it."""

    name: str
    weight: int
    met: bool


@dataclass(frozen=True, slots=True)
class Complexity:
    """The sum of the factors met; ``tier`` is "direct", "hint" or, where a broker comes first, "broker"."""

    score: int
    tier: str
    factors: tuple[Factor, ...]


def weighed(session: Session, demand: Demand) -> Complexity:
    """Weigh a demand by the rules of today."""
    day = today()
    weights: dict[str, int] = rules.value(session, "complexity_weights", day)
    met = {
        "indicators": _quantified(demand) >= rules.value(session, "complexity_indicators", day),
        "length": len(demand.text) >= rules.value(session, "complexity_length", day),
        "no_budget": demand.budget_min is None and demand.budget_max is None,
        **{name: _says(demand, rules.value(session, rule, day)) for name, rule in _WORDS.items()},
    }
    factors = tuple(Factor(name, weight, met.get(name, False)) for name, weight in weights.items())
    score = sum(factor.weight for factor in factors if factor.met)
    hint, broker = (rules.value(session, name, day) for name in ("complexity_hint", "complexity_broker"))
    tier = "broker" if score >= broker else "hint" if score >= hint else "direct"
    return Complexity(score, tier, factors)


def _quantified(demand: Demand) -> int:
    return sum(1 for it in demand.indicators if _NUMBER.search(str(it.get("value", ""))))


def _says(demand: Demand, words: list[str]) -> bool:
    told = "\n".join((demand.title, demand.text, demand.limits, demand.acceptance, demand.base_conditions))
    return any(word in told for word in words)
