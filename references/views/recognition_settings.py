"""What a company sets about recognition: the ranking, its mail, the reward levels."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import RuleBroken, StaleVersion
from core.permissions import requires
from core.requests import PersonRequest
from references.actions import recognition_settings as actions
from references.forms.recognitions import RecognitionSettingsForm, RewardLevelForm
from references.models import RecognitionSettings, RewardLevel


@requires("references.configure")
def edit(request: PersonRequest) -> HttpResponse:
    """Who is asked, who sees the bottom, whether there is a mail and whether there are levels."""
    sent = request.POST if request.method == "POST" else None
    form = RecognitionSettingsForm(sent, instance=RecognitionSettings.current())
    if form.is_bound and form.is_valid():
        try:
            actions.edit(changes=form.values(), seen=form.cleaned_data["seen"], by=request.user, at=timezone.now())
        except StaleVersion as stale:
            form.refuse(stale)
        else:
            messages.success(request, _("The settings are saved."))
            return redirect("references:recognition_settings_edit")
    return _settings(request, form, status=422 if form.is_bound else 200)


def _settings(request: PersonRequest, form: RecognitionSettingsForm, *, status: int) -> HttpResponse:
    context = {"form": form, "levels": RewardLevel.objects.all()}
    return render(request, "references/recognition_settings.html", context, status=status)


@requires("references.configure")
def create_level(request: PersonRequest) -> HttpResponse:
    """Name a level, and how many enrolled nominations it takes."""
    form = RewardLevelForm(request.POST if request.method == "POST" else None)
    return _level(request, form, None)


@requires("references.configure")
def edit_level(request: PersonRequest, pk: int) -> HttpResponse:
    """Call it something else, or ask for more or less."""
    level = RewardLevel.objects.filter(pk=pk).first()
    if level is None:
        return _removed(request)
    form = RewardLevelForm(request.POST if request.method == "POST" else None, instance=level)
    try:
        return _level(request, form, level)
    except actions.LevelRemoved:
        return _removed(request)


@require_POST
@requires("references.configure")
def remove_level(request: PersonRequest, pk: int) -> HttpResponse:
    level = RewardLevel.objects.filter(pk=pk).first()
    try:
        if level is None:
            raise actions.LevelRemoved
        actions.remove_level(level, seen=request.POST.get("seen", ""), by=request.user, at=timezone.now())
        messages.success(request, _("The level %s is removed.") % level.name)
    except StaleVersion as stale:
        form = RewardLevelForm(instance=stale.current)
        context = {"form": form, "level": stale.current, "refusal": str(stale)}
        return render(request, "references/reward_level.html", context, status=422)
    except actions.LevelRemoved as refusal:
        messages.error(request, str(refusal))
        return _settings(request, RecognitionSettingsForm(instance=RecognitionSettings.current()), status=404)
    return redirect("references:recognition_settings_edit")


def _removed(request: PersonRequest) -> HttpResponse:
    """404, as for every row that is none; with what was typed for the level, ready to be added as a new one."""
    if request.method != "POST":
        raise Http404
    form = RewardLevelForm(request.POST)
    form.add_error(None, _("Somebody removed this level meanwhile. Save it to add it as a new one."))
    context = {"form": form, "level": None, "is_removed": True}
    return render(request, "references/reward_level.html", context, status=404)


def _level(request: PersonRequest, form: RewardLevelForm, level: RewardLevel | None) -> HttpResponse:
    if form.is_bound and form.is_valid() and _saved(request, form, level):
        return redirect("references:recognition_settings_edit")
    context = {"form": form, "level": level}
    return render(request, "references/reward_level.html", context, status=422 if form.is_bound else 200)


def _saved(request: PersonRequest, form: RewardLevelForm, level: RewardLevel | None) -> bool:
    values, now = form.values(), timezone.now()
    try:
        if level is None:
            actions.add_level(**values, by=request.user, at=now)
        else:
            actions.edit_level(level, **values, seen=form.cleaned_data["seen"], by=request.user, at=now)
    except actions.LevelRemoved:
        raise
    except RuleBroken as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, _("The level %s is saved.") % values["name"])
    return True
