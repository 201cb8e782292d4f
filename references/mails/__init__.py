"""Mails of the programme to its people."""
