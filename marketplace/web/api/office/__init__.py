"""What offices do."""
