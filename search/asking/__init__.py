"""What a question goes through at the door (``search.hybrid``): understood, its rankings fused, ordered and shown."""
