"""A demand and an achievement beside each other: what speaks for the pair, quoted, weighed and held against others.

Candidates come through the door (``search.hybrid``); from here on each is read whole, which no question could wait for.
"""
