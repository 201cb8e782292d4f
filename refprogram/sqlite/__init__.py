"""Django's SQLite, but a table that is rebuilt keeps its triggers, and others may speak of it meanwhile."""
