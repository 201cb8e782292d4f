"""Who works with the program and with the floor while they are measured."""

PASSWORD = "measured-with-this-1"
# One person per role: the address in the program, the user name on the floor.
PEOPLE = {
    "csm": "bench-csm@example.com",
    "programme_manager": "bench-manager@example.com",
}
