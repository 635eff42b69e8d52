"""Files of records: checked by what is in them, cleaned, scanned, kept once by content, given out by the rules.

``kinds`` says what may be brought and cleans it, ``store`` keeps it, ``scanning`` asks the virus scanner, ``texts``
looks at what is written in it, ``access`` knows whose files they are, ``holding`` has the verbs and ``upkeep`` what the
worker and the commands do.
"""
