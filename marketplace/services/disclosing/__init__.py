"""What the public may see of an achievement: ``layers`` sets it, ``personal_data`` looks whether it names a person."""
