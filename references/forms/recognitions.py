"""What people enter about letters of recognition, and about the ranking."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.choices import Role
from core.forms import PlainTexts
from core.models import User
from core.versions import HIDDEN, VersionedForm
from customers.forms.customers import helper
from references.forms.settings import SettingsForm
from references.models import Nomination, RecognitionSettings, RewardLevel


class LetterForm(VersionedForm, forms.Form):
    """The words of a letter and, while it is a draft, who signs it."""

    signer = forms.ModelChoiceField(User.objects.none(), label=_("Who signs"), empty_label=_("Choose an executive"))
    subject = forms.CharField(label=_("Subject"), max_length=200)
    text = forms.CharField(
        label=_("Letter"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("The name of who signs is put below it."),
    )
    published = forms.BooleanField(label=_("Publish it on the programme’s board once it is signed"), required=False)

    def __init__(self, *args: Any, is_signing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signer"].queryset = User.objects.active().with_role(Role.EXECUTIVE)  # type: ignore[attr-defined]
        if is_signing:
            del self.fields["signer"]
        self.helper = helper()

    def seal(self) -> None:
        """Leave the words to be read and copied, not to be changed."""
        for field in self.fields.values():
            is_text = isinstance(field, forms.CharField)
            field.widget.attrs["readonly" if is_text else "disabled"] = True

    def look_again(self, nomination: Nomination | None) -> None:
        """The next press has seen the nomination as it is now."""
        sent: Any = self.data
        self.data = sent.copy()
        self.data["version"] = str(nomination.version) if nomination else ""  # type: ignore[index]

    def values(self) -> dict[str, Any]:
        """What `actions.recognitions` calls it."""
        return {name: value for name, value in self.cleaned_data.items() if name not in HIDDEN}


class HandOverForm(PlainTexts, forms.Form):
    """Who signs a letter instead of somebody who cannot any more."""

    signer = forms.ModelChoiceField(User.objects.none(), label=_("Who signs"), empty_label=_("Choose an executive"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signer"].queryset = User.objects.active().with_role(Role.EXECUTIVE)  # type: ignore[attr-defined]
        self.fields["signer"].widget.attrs["class"] = "form-select"


class RecognitionSettingsForm(SettingsForm, forms.ModelForm):
    """Who is ranked, who is shown what, and what is mailed."""

    participants = forms.MultipleChoiceField(
        label=_("Who is asked to nominate"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Everybody may nominate and is ranked then. Of these roles the ranking also knows who has not."),
    )

    class Meta:
        model = RecognitionSettings
        fields = ("participants", "top_count", "bottom_visibility", "sends_mails", "uses_levels")
        labels = {
            "bottom_visibility": _("Who sees who has not nominated anybody"),
            "sends_mails": _("Mail the ranking every Monday morning"),
            "uses_levels": _("Show reward levels in the ranking and on the board"),
        }
        help_texts = {
            "top_count": _("So many places are highlighted for everybody; who shares the last of them is too."),
            "sends_mails": _(
                "To everybody who is asked to nominate: the top, the own place and the new references. Switched on in "
                "the middle of a week, this week’s mail goes out within the hour."
            ),
            "uses_levels": _("An honour for enrolled nominations in a fiscal year. No level is ever worth money."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper()


class RewardLevelForm(SettingsForm, forms.ModelForm):
    """The name of a level, and how many enrolled nominations in a fiscal year it takes."""

    class Meta:
        model = RewardLevel
        fields = ("name", "needed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper()

    def validate_unique(self) -> None:
        """The action says which other level has the name or the number."""
