"""Find records by words and by meaning: text in, ranking out.

The package knows documents, words, vectors and rankings. It imports no web framework, no database layer and
nothing of the product that uses it; it could be published alone. ``hybrid`` is the door, ``document`` and ``errors``
are what is said through it, ``engine`` is what stands behind it.
"""
