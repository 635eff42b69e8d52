"""The life of a match: who meets whom, what is said, signed and opened, and what ends it."""
