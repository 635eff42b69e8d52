"""The verbs of a rationalisation proposal: written, answered by a unit, merged, supported, re-offered."""
