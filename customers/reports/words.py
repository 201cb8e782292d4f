"""What people have entered before: the distinct words of a column, for menus and for suggestions while typing."""

from typing import Final

from django.db import connection

from core.models import User
from customers.models import Customer

MOST: Final = 500
COLUMNS: Final = {"industry", "region", "country"}
# Hops in the column's index from each word to the next, so that a few words of 100,000 customers are found at once.
STATEMENT: Final = """
    SELECT * FROM (
        WITH RECURSIVE hop (word) AS (
            SELECT MIN({column}) FROM {table} WHERE {column} > '' AND merged_into_id IS NULL
            UNION ALL
            SELECT (SELECT MIN({column}) FROM {table} WHERE {column} > hop.word AND merged_into_id IS NULL)
            FROM hop WHERE hop.word IS NOT NULL
        ) SELECT '{column}', word FROM hop WHERE word IS NOT NULL LIMIT {most}
    ) {column}_words
"""


def occurring(column: str, *, user: User) -> list[str]:
    """The words in a column of COLUMNS over all customers that the person may read, in their order, at most MOST."""
    return occurring_in(column, user=user)[column]


def occurring_in(*columns: str, user: User) -> dict[str, list[str]]:
    """The words of several columns, asked for at once."""
    if not COLUMNS.issuperset(columns):
        raise ValueError(f"{', '.join({*columns} - COLUMNS)} has no index by which its words are found.")
    words: dict[str, list[str]] = {column: [] for column in columns}
    if Customer.objects.visible_to(user).query.is_empty():
        return words
    statement = " UNION ALL ".join(
        STATEMENT.format(column=column, table=Customer._meta.db_table, most=MOST) for column in columns
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        for column, word in cursor.fetchall():
            words[column].append(word)
    return words
