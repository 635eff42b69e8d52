"""Questions that are kept: saved from a results page, asked again of what changes, told of, paused and deleted."""
