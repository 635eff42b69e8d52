"""What waits for an office, and what is put before the public."""
