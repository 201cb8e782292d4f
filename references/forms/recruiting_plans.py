"""What people enter about a recruiting plan."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField, Q
from django.utils.translation import gettext_lazy as _

from core.forms import PlainTexts
from core.models import User
from core.texts import LONGEST_ID
from core.versions import HIDDEN, VersionedForm
from customers.forms.customers import helper
from references.choices import PLAN_WRITERS, PlanState
from references.forms.evidence import day_input
from references.models import Dimension, RecruitingPlan
from references.models.nomination import LONGEST_TEXT


def long_text(label: Any, help_text: Any) -> forms.CharField:
    """A few lines that may be left empty."""
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, required=False, max_length=LONGEST_TEXT, widget=area, help_text=help_text)


class DimensionsField(forms.ModelMultipleChoiceField):
    """Several dimensions. A number that no database holds is none of them, where Django would ask for it."""

    def clean(self, value: Any) -> Any:
        for number in value or ():
            if len(str(number)) > LONGEST_ID:
                told = {"pk": f"{str(number)[:LONGEST_ID]}…"}
                raise ValidationError(self.error_messages["invalid_pk_value"], code="invalid_pk_value", params=told)
        return super().clean(value)


class RecruitingPlanForm(VersionedForm, forms.Form):
    """What we want of the customer, and how we get there."""

    dimensions = DimensionsField(
        Dimension.objects.none(), label=_("What do we want?"), widget=forms.CheckboxSelectMultiple
    )
    people = long_text(_("Whom do we need to meet?"), _("Names or roles: who decides there, who would speak."))
    way = long_text(_("How do we get there?"), _("Who introduces whom, and on which occasion."))
    offer = long_text(
        _("What do we offer?"),
        _("What we would do together in marketing: a stage, a story, a day with our developers."),
    )
    next_step = forms.CharField(label=_("Next step"), required=False, max_length=200)
    due_on = forms.DateField(label=_("Due"), required=False, widget=day_input())
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who follows it?"),
        empty_label=None,
        error_messages={"invalid_choice": _("Choose somebody who may write plans; the others only read them.")},
    )

    def __init__(self, *args: Any, plan: RecruitingPlan | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What a plan names already may be kept, retired or gone.
        kept = {one.pk for one in plan.dimensions.all()} if plan else set()
        known = Dimension.objects.filter(Q(is_active=True) | Q(pk__in=kept)).order_by("-group", "position", "pk")
        self.fields["dimensions"].queryset = known  # type: ignore[attr-defined]
        people = User.objects.active().with_role(*PLAN_WRITERS)
        self.fields["owner"].queryset = people | User.objects.filter(pk=plan.owner_id) if plan else people  # type: ignore[attr-defined]
        self.helper = helper()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("next_step") and "due_on" in values and not values["due_on"]:
            self.add_error("due_on", _("Until when?"))
        if values.get("due_on") and "next_step" in values and not values["next_step"]:
            self.add_error("next_step", _("What is to be done until then?"))
        return values

    def values(self) -> dict[str, Any]:
        """What `actions.recruiting_plans` calls it."""
        return {name: value for name, value in self.cleaned_data.items() if name not in HIDDEN}


class ClosePlanForm(PlainTexts, forms.Form):
    """How a plan ended, and why."""

    state = forms.ChoiceField(
        label=_("How did it end?"),
        choices=[("", _("Choose")), *((one.value, one.label) for one in (PlanState.WON, PlanState.GIVEN_UP))],
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say how the plan ended, and why.")},
    )
    version = forms.IntegerField(min_value=0, max_value=BigIntegerField.MAX_BIGINT, widget=forms.HiddenInput)


class ReopenPlanForm(PlainTexts, forms.Form):
    """Which version of the closed plan was seen."""

    version = forms.IntegerField(min_value=0, max_value=BigIntegerField.MAX_BIGINT, widget=forms.HiddenInput)
