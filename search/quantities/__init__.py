"""Read the quantities of a technical text: what is measured, how it is bounded, how much, in which unit.

A demand says "合格率达到98%以上", an achievement "合格率由71%升至98.6%": words and vectors see two similar sentences,
only a reader of numbers sees that one meets the other. Values are exact fractions of a base unit, so that comparing
never depends on rounding.
"""

from search.quantities.quantity import Comparison, Quantity, alike, may_name, meets
from search.quantities.reading import quantities

__all__ = ["Comparison", "Quantity", "alike", "may_name", "meets", "quantities"]
