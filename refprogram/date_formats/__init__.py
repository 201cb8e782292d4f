"""How days and times read where the language leaves it open: one way on every page."""
