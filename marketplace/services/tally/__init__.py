"""What confirmed entries add up to: the sums kept with every change, and whatever is asked of them."""
