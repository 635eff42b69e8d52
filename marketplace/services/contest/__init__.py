"""Contests of a campaign: registered for, drawn, scored stage by stage, ranked, shown, certified and counted."""
