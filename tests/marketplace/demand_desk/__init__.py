"""The desk of demands: checked by a list, weighed, seen to by brokers, valid for a while."""
