"""`make machines`: two of everything against one database, one Redis and one bucket, as on two machines."""
