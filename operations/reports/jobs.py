"""Jobs of all people, searched: what they are called and what became of them, not what they were given or made."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from core.models import Job


@dataclass(frozen=True)
class Wanted:
    """What is looked for; what is empty does not narrow."""

    text: str = ""
    state: str = ""


def found(wanted: Wanted) -> QuerySet[Job]:
    """The jobs that match, with those who started them, in no particular order."""
    rows = Job.objects.listed().select_related("created_by").order_by()
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.text:
        by = Q(created_by__name__icontains=wanted.text) | Q(created_by__email__icontains=wanted.text)
        rows = rows.filter(Q(title__icontains=wanted.text) | by)
    return rows
