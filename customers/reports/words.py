"""What people have entered before: the distinct words of a column, for menus and for suggestions while typing."""

from typing import Final

from django.db import connection

from core.models import User
from customers.models import Customer

MOST: Final = 500
COLUMNS: Final = {"industry", "region", "country"}
# Hops in the column's index from each word to the next, so that a few words of 100,000 customers are found at once.
STATEMENT: Final = """
    WITH RECURSIVE hop (word) AS (
        SELECT MIN({column}) FROM {table} WHERE {column} > '' AND merged_into_id IS NULL
        UNION ALL
        SELECT (SELECT MIN({column}) FROM {table} WHERE {column} > hop.word AND merged_into_id IS NULL)
        FROM hop WHERE hop.word IS NOT NULL
    ) SELECT word FROM hop WHERE word IS NOT NULL LIMIT {most}
"""


def occurring(column: str, *, user: User) -> list[str]:
    """The words in a column of COLUMNS over all customers that the person may read, in their order, at most MOST."""
    if column not in COLUMNS:
        raise ValueError(f"{column} has no index by which its words are found.")
    if Customer.objects.visible_to(user).query.is_empty():
        return []
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT.format(column=column, table=Customer._meta.db_table, most=MOST))
        return [word for (word,) in cursor.fetchall()]
