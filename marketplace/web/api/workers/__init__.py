"""What workers do with what is theirs."""
