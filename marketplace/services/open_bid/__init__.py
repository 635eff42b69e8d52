"""Demands listed with a reward: bids are sealed until the day is over, then one is chosen with reasons for all."""
