"""Statements of the busiest requests, put together once per process instead of at every request.

Django writes the SQL of a query anew each time, which takes it longer than the database takes to answer. What is asked
at every request, and what every edit writes, keeps its SQL here; rows, rules and errors are those of the models.
"""

from core.prepared.questions import Question
from core.prepared.writing import insert, replace

__all__ = ["Question", "insert", "replace"]
