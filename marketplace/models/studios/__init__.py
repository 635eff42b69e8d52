"""Innovation studios, with what belongs to one over time."""
