"""Demands listed with a reward: sealed bids, one chosen with reasons, milestones."""
