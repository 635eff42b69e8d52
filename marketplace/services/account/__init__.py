"""The verbs of an account: registering and signing in, second factor, tokens for programs, people and their roles.

The libraries for accounts in Flask commit by themselves, after the view and in a session of their own, and know users
only inside a request. Here an account is written like any other record: in the unit of work that also holds its
event and its mail, from the web, from a command and from a test alike.
"""
