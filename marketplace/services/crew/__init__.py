"""Crews of units: the record, what they are honoured for, how the criteria stand, what everybody may see."""
