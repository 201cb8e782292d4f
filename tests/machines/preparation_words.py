"""What both sides of the harness know: the people's password."""

PASSWORD = "five words are hard enough"
