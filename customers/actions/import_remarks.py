"""What holds for a whole file of customers and is easily overlooked in its rows: new words, who is taken as live."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.actions.spellings import WORDY
from customers.choices import Lifecycle
from customers.models import Customer
from customers.reports.wording import label_of

NAMED = 8


class ImportRemarks:
    """Gathers while a file is read; `told` says it afterwards. A word is new if no customer here had it before."""

    def __init__(self) -> None:
        self.new: dict[str, Counter[str]] = {column: Counter() for column in WORDY}
        self.known: dict[str, set[str]] = {column: set() for column in WORDY}
        self.taken_as_live = 0

    def read(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """The values of a chunk of rows, before any of them is written: one statement a column that has words."""
        values = list(rows)
        for column in WORDY:
            words = Counter(word for row in values if (word := row.get(column)))
            unseen = words.keys() - self.known[column] - self.new[column].keys()
            if unseen:
                here = Customer.objects.filter(**{f"{column}__in": unseen}).order_by()
                self.known[column].update(here.values_list(column, flat=True).distinct())
            self.new[column].update({word: n for word, n in words.items() if word not in self.known[column]})

    def entered(self, values: Mapping[str, Any]) -> None:
        """A customer that nobody knew."""
        self.taken_as_live += "lifecycle" not in values

    def told(self) -> list[str]:
        notes = [
            _("New in %(column)s: %(words)s. They become filters and lines of the dashboard; look for slips.")
            % {"column": label_of(column), "words": _listed(words)}
            for column, words in self.new.items()
            if words
        ]
        if self.taken_as_live:
            words = ngettext(
                "%(count)s new customer has no lifecycle in the file and is taken as %(stage)s.",
                "%(count)s new customers have no lifecycle in the file and are taken as %(stage)s.",
                self.taken_as_live,
            )
            count = number_format(self.taken_as_live, force_grouping=True)
            notes.append(words % {"count": count, "stage": Lifecycle.LIVE.label})
        return notes


def _listed(words: Counter[str]) -> str:
    named = ", ".join(f"“{word}” ({count})" for word, count in words.most_common(NAMED))
    return f"{named} …" if len(words) > NAMED else named
