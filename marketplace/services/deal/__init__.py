"""The verbs of a deal: open it, talk, agree on terms, sign, register, see it through, share what it brings."""
