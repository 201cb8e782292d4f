"""The floor: the same work in bare Django and plain SQL, with nothing of the program imported."""
