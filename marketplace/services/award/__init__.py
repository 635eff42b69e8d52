"""Choosing golden ideas, from opening a round to the certificate: one module a part of the way."""
