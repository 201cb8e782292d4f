"""`make faults`: the running program is hit while people edit, and what was confirmed is looked for in the database.

Everything runs on servers of its own, in a folder that is thrown away: docs/reliability.md tells what was learned.
"""
