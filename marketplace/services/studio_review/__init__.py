"""The annual review of studios: a year is opened, units report, offices grade, what is mended is looked at again."""
