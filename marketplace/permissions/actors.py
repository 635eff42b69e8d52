"""Who acts: with which roles, for which scopes, and the tokens that follow from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from marketplace.models.people.account import ROLES
from marketplace.permissions.roles import (
    OF_AN_ORGANISATION,
    PROVINCE,
    PROVINCE_STAFF,
    PUBLIC,
    TERRITORIAL,
    WORKING_IN_A_UNIT,
    Permission,
)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in force and its scope. A path holds the codes from the top down; an empty one sets no bound."""

    role: str
    region_path: str = ""
    industry_path: str = ""
    organisation_id: int | None = None

    def covers(self, region_path: str, industry_path: str) -> bool:
        """Say whether a place in the two hierarchies lies within the scope."""
        return within(region_path, self.region_path) and within(industry_path, self.industry_path)


@dataclass(frozen=True, slots=True)
class Deputised:
    """The desk of an absent colleague that somebody sees to, with who that is and the units he comes from.

    It gives nothing but the desk: what the deputy may do there he holds by an office of his own.
    """

    grant: Grant
    account_id: int
    unit_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts.

    ``keys`` are the access keys of demands posted without an account. A program that acts with a token may do no more
    than ``limits``, None for whoever is there in person, and reads as a visitor where it does not ``reads``.
    ``unit_ids`` are the units the person comes from, whether or not he acts for them, and ``deputised`` the desks of
    absent colleagues that he sees to.
    """

    name: str
    grants: tuple[Grant, ...] = ()
    account_id: int | None = None
    keys: frozenset[str] = field(default_factory=frozenset)
    limits: frozenset[Permission] | None = None
    reads: bool = True
    unit_ids: frozenset[int] = frozenset()
    deputised: tuple[Deputised, ...] = ()

    def as_deputy(self, desk: Deputised) -> Actor:
        """Return who signs what is done at the desk of a colleague: both, in the role of that desk."""
        return replace(self, name=f"{self.name}{_FOR}account:{desk.account_id}", grants=(desk.grant,), deputised=())

    @property
    def role(self) -> str:
        """The role the actor goes by: the one with the widest reach, "visitor" without any."""
        held = {grant.role for grant in self.grants}
        return next((role for role in ROLES if role in held), "visitor")

    @property
    def organisation_ids(self) -> frozenset[int]:
        """The organisations this actor acts for."""
        return frozenset(
            grant.organisation_id
            for grant in self.grants
            if grant.role in OF_AN_ORGANISATION and grant.organisation_id is not None
        )

    @property
    def colleague_of(self) -> frozenset[int]:
        """The units this actor works in: whose proposals he may support."""
        return frozenset(
            grant.organisation_id
            for grant in self.grants
            if grant.role in WORKING_IN_A_UNIT and grant.organisation_id is not None
        )

    @property
    def territories(self) -> tuple[Grant, ...]:
        """The grants that read a territory."""
        return tuple(grant for grant in self.grants if grant.role in TERRITORIAL)

    @property
    def tokens(self) -> frozenset[str]:
        """The tokens this actor reads with."""
        return frozenset(self._tokens())

    def _tokens(self) -> Iterator[str]:
        yield PUBLIC
        yield from (f"key:{key}" for key in self.keys)
        if not self.reads:
            return
        if self.account_id is not None:
            yield f"account:{self.account_id}"
            if any(grant.role == "broker" for grant in self.grants):
                yield f"broker:{self.account_id}"
        yield from (f"organisation:{identity}" for identity in self.organisation_ids)
        yield from (f"colleague:{identity}" for identity in self.colleague_of)
        if any(grant.role in PROVINCE_STAFF for grant in self.grants):
            yield PROVINCE
        yield from (territory(grant.region_path, grant.industry_path) for grant in self.territories)


# Between the two names of a decision made for somebody else.
_FOR = " for "


def signed_by(name: str) -> tuple[str, str | None]:
    """Return who acted, as an event names him, and for whom; None where he acted for himself."""
    deputy, _for, holder = name.partition(_FOR)
    return deputy, holder or None


VISITOR = Actor("visitor")
# Commands run by whoever operates the server act as the administrator, and the audit says that it was a command.
SYSTEM = Actor("command line", (Grant("admin"),))


def within(path: str, bound: str) -> bool:
    """Say whether a path is the bound or lies under it."""
    return not bound or path == bound or path.startswith(f"{bound}/")


def upwards(path: str) -> list[str]:
    """Return every path a place lies under, the unbounded one first and itself last."""
    codes = path.split("/") if path else []
    return ["/".join(codes[:depth]) for depth in range(len(codes) + 1)]


def territory(region_path: str, industry_path: str) -> str:
    """Return the token of a territory: "region:5106", "industry:34", both, or the province where neither is bound."""
    parts = (("region", region_path), ("industry", industry_path))
    return "+".join(f"{name}:{path.rsplit('/', 1)[-1]}" for name, path in parts if path) or PROVINCE
