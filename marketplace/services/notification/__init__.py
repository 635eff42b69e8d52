"""What a person was told: read on a page, gathered into letters, each topic the way he chose."""
