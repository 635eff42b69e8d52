"""The people of the product and the bodies they belong to."""
