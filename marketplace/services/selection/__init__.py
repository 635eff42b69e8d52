"""Choosing the studios of a batch: the ranked list, the meeting, the publicity, the notice, and who may know why."""
