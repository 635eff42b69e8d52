"""The desk of demands: what is checked, how complex a demand is, which broker sees to it, and how long it is valid."""
