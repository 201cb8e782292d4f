"""What changes when people are invited, log in, and are told."""
