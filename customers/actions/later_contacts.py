"""What others did to contacts after the person who imports was shown what would become of them."""

from collections.abc import Iterable, Set
from datetime import datetime

from customers.actions.import_rows import ImportPlan, later_changes, says_nothing
from customers.models import Contact

NOTHING: frozenset[str] = frozenset()


class LaterContacts:
    """Kept for one run. `own` are the contacts that the run itself has entered: nobody else's.

    What changed at a customer is read once, before the run changes anything there: the customer is locked from then on.
    """

    def __init__(self, plan: ImportPlan, checked: datetime | None) -> None:
        self.plan, self.checked = plan, checked
        self.own: set[int] = set()
        self._changed: dict[int, Set[str]] = {}

    def look(self, customers: Set[int]) -> None:
        """Read what changed at these customers; one statement for a chunk, none without a check."""
        if self.checked is not None:
            new = customers - self._changed.keys()
            found = later_changes(new, self.checked)
            self._changed |= {pk: found.get(pk, NOTHING) for pk in new}

    def unshown(self, row: int, contact: Contact, columns: Iterable[str]) -> set[str]:
        """Of these columns those that stay as they are, as the row's replacing them was not shown."""
        if self.checked is None or not contact.pk or contact.pk in self.own:
            return set()
        changed = self._changed.get(contact.customer_id, NOTHING)
        is_new = contact.created_at > self.checked or self.plan.is_unshown(row)
        late = {
            column
            for column in columns
            if any(name.endswith(f": {column}") for name in changed) or (is_new and _says(contact, column))
        }
        # In which company somebody refers us goes with whether it does at all.
        return late | {"evangelist_scope"} if "evangelist_level" in late else late


def _says(contact: Contact, column: str) -> bool:
    """A contact with no day on which it left is said to be there."""
    return column == "left_on" or not says_nothing(getattr(contact, column))
