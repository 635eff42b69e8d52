"""The author's side of an achievement: drafts, what is still missing, who made it, what is near it, how far it is."""
