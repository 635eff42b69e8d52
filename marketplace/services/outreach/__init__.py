"""Events that make model workers and innovation known: announced by an office, with who came from which unit."""
