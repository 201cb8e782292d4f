"""Pure rules about what runs and what should."""
