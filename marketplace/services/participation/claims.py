"""What an entry takes up in its campaign, so that the database refuses a second one that says the same."""

from __future__ import annotations

import datetime as dt


def of_object(item_id: int, person_id: int, noun: str, object_id: int) -> str:
    """Return the claim of a person's part in an object: once, whatever the day."""
    return f"{item_id}/person:{person_id}/{noun}:{object_id}"


def of_person(item_id: int, person_id: int, day: dt.date, subject: str) -> str:
    """Return the claim of a person on a day: once for each thing he took part in."""
    return f"{item_id}/person:{person_id}/{day}/{subject}"


def of_batch(item_id: int, organisation_id: int, day: dt.date, subject: str) -> str:
    """Return the claim of a number of people of a unit on a day: once for each thing they took part in."""
    return f"{item_id}/unit:{organisation_id}/{day}/{subject}"
