"""What everybody may find."""
