"""Lists taken away as files: what their reader may see and nothing else, persons masked unless a purpose is stated."""
