"""People and their honours: the file of a person, what is recorded and revoked, what everybody may see."""
