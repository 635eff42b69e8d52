"""The showcase of the province: stories, collections and the front page, published for a time, kept version by version.

``items`` says what the public sees of a record that is pointed at, ``stories`` and ``collections`` have the verbs of
each, ``publishing`` those of both, ``slots`` those of the front page, which ``front`` composes; ``versions`` keeps what
was and brings it back.
"""
