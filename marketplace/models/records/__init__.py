"""What workers and enterprises bring: achievements and demands, with their parts, files and changes."""
