"""The life of a match: found, seen, talked over, brought together, agreed on, opened, or ended by silence."""
