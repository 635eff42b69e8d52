"""Judging by points, whatever it is that is judged: the arithmetic of a panel, and filling in a sheet."""
