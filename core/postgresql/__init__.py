"""Django's own backend for PostgreSQL, which looks at a connection before it asks over it: see `base`."""
