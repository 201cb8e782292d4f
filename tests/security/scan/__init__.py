"""`make scan`: attack tools against the running program, with demo data, on this machine alone."""
