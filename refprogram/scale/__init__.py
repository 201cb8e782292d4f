"""As many customers as a machine holds, with two years of history, made by a handful of SQL statements.

For measuring, never for showing: the names and texts repeat. The demo's story is in `refprogram.demo`.
"""
