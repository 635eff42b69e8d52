"""What staff arrange: the front page, the thesaurus, and what was asked in vain."""
