"""How good the answers are: judged questions in BEIR's form, the measures over them, two indexes side by side."""
