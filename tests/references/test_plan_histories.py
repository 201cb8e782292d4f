"""What a nomination was planned for before is told by the months that differ from the one that holds."""

import pytest

from references.models import NominationEvent
from references.reports.nominations import history

NOV, DEC, JAN = "November 2026", "December 2026", "January 2027"


def planned(*months):
    """Plans that followed each other, as the page reads them: latest first."""
    return [NominationEvent(deed="queued", reason=month) for month in reversed(months)]


@pytest.mark.parametrize(
    ("months", "before"),
    [
        ((DEC,), []),
        ((DEC, DEC), []),
        ((DEC, JAN, DEC), [JAN]),
        ((NOV, DEC, NOV, JAN), [DEC, NOV]),
        ((NOV, DEC, NOV, JAN, DEC), [NOV, JAN]),
    ],
)
def test_only_other_months_stand_before_the_one_that_holds_each_once(months, before):
    (line,) = history(planned(*months))
    assert (line.event.reason, line.before) == (months[-1], before)


def test_a_plan_after_a_deed_is_a_line_of_its_own():
    events = [*planned(DEC), NominationEvent(deed="parked", reason="Roll-out"), *planned(DEC)]
    assert [(line.event.deed, line.before) for line in history(events)] == [
        ("queued", []),
        ("parked", []),
        ("queued", []),
    ]
