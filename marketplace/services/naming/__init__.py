"""Naming studios: a batch from its announcement to the plaques, one module a part of the way."""
