"""What goes wrong on purpose and what becomes of it: each module is one fault, tried by the tests and, longer, here."""
