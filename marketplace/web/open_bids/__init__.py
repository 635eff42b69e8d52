"""The pages of demands listed with a reward: the lists, a bid, the decision and its milestones."""

from marketplace.web.open_bids.pages import blueprint

__all__ = ["blueprint"]
