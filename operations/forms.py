"""The searches of the operations pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.choices import JobState
from core.forms import PlainTexts
from operations.choices import RunState, ScheduledTask
from operations.reports import jobs, task_runs

EVERY_STATE = ("", _("Every state"))


class RunSearch(PlainTexts, forms.Form):
    """Runs of the schedule by what ran and what came of it."""

    task = forms.ChoiceField(label=_("Task"), required=False, choices=[("", _("Every task")), *ScheduledTask.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[EVERY_STATE, *RunState.choices])

    @property
    def wanted(self) -> task_runs.Wanted:
        """What the valid fields ask for."""
        return task_runs.Wanted(**_valid(self))


class JobSearch(PlainTexts, forms.Form):
    """Jobs of people by their title or whoever started them, and by state."""

    q = forms.CharField(label=_("Job or person"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[EVERY_STATE, *[choice for choice in JobState.choices if choice[0] != JobState.DRAFT]],
    )

    @property
    def wanted(self) -> jobs.Wanted:
        """What the valid fields ask for."""
        found = _valid(self)
        return jobs.Wanted(text=found.get("q", ""), state=found.get("state", ""))


def _valid(form: forms.Form) -> dict[str, Any]:
    form.is_valid()
    return form.cleaned_data
