"""What narrows the forecast meeting."""

from typing import Final

from django import forms
from django.db.models import BigIntegerField
from django.utils.translation import gettext_lazy as _

from core.forms import PlainTexts, RowNumber
from core.quarters import Quarter
from references.reports.forecast_meeting import WHATS, Wanted

# How the links of the page write that something is wanted.
TICKED: Final = [("1", _("yes"))]


class MeetingSearch(PlainTexts, forms.Form):
    """The cells of the meeting by what is hoped of them, by owner (0: of nobody), and where it is stuck."""

    what = forms.ChoiceField(label=_("Show"), required=False, choices=[(what, what) for what in WHATS])
    owner = RowNumber(label=_("Owner"), required=False, min_value=0, max_value=BigIntegerField.MAX_BIGINT)
    late = forms.ChoiceField(label=_("Late"), required=False, choices=TICKED)
    blocked = forms.ChoiceField(label=_("Blocked"), required=False, choices=TICKED)

    def in_quarter(self, quarter: Quarter) -> Wanted:
        """What the valid fields ask for in the quarter."""
        self.is_valid()
        found = self.cleaned_data
        return Wanted(
            quarter,
            what=found.get("what", ""),
            owner=found.get("owner"),
            late=bool(found.get("late")),
            blocked=bool(found.get("blocked")),
        )
