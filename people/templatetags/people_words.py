"""Events of the audit trail in words, and the way to what they are about."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.choices import Role
from core.models import AuditEvent

register = template.Library()
PAGES = {
    "core.user": "people:person_detail",
    "customers.customer": "customers:customer_detail",
    "references.nomination": "references:nomination_detail",
}
LONGEST: Final = 300
# What stands in an event as `noun.verb`. A test names the nouns and verbs that actions use and this lacks.
NOUNS: Final[Mapping[str, Any]] = {
    "api_token": _("API token"),
    "backup": _("backup"),
    "case": _("support case"),
    "cases": _("support cases"),
    "cell": _("cell"),
    "change_set": _("several cells"),
    "contact": _("contact"),
    "contacts": _("contacts"),
    "closings": _("closed quarters"),
    "correction": _("correction"),
    "customer": _("customer"),
    "customers": _("customers"),
    "definition": _("definition"),
    "dimension": _("dimension"),
    "evidence": _("evidence"),
    "evidence_settings": _("evidence rules"),
    "forecast": _("forecast"),
    "grid": _("grid"),
    "history": _("history of the cells"),
    "invoice": _("invoice"),
    "invoices": _("invoices"),
    "job": _("job"),
    "nomination": _("nomination"),
    "pay_curve": _("pay curve"),
    "pay_member": _("team member"),
    "person": _("person"),
    "product": _("product"),
    "programme": _("settings"),
    "quarter": _("quarter"),
    "recruiting_settings": _("recruiting"),
    "saved_view": _("saved view"),
    "statement": _("bonus statement"),
    "target": _("target"),
    "task": _("task of the schedule"),
}
VERBS: Final[Mapping[str, Any]] = {
    "absorbed": _("took over a duplicate"),
    "accepted": _("accepted"),
    "activated": _("let in again"),
    "added": _("added"),
    "applied": _("changed together"),
    "approved": _("approved"),
    "asked": _("asked for"),
    "came_back": _("is back"),
    "changed": _("changed"),
    "chased": _("customer reminded"),
    "closed": _("closed"),
    "completed": _("completed"),
    "configured": _("changed"),
    "contact": _("contacts changed"),
    "created": _("created"),
    "deactivated": _("deactivated"),
    "decayed": _("turned Amber by themselves"),
    "declined": _("declined by the customer"),
    "deleted": _("deleted"),
    "described": _("described"),
    "discarded": _("thrown away"),
    "done": _("done"),
    "drafted": _("prepared"),
    "edited": _("edited"),
    "ended": _("left the team"),
    "enrolled": _("enrolled"),
    "failed": _("failed"),
    "identity": _("external ids changed"),
    "imported": _("imported"),
    "invited": _("invited"),
    "issued": _("issued"),
    "joined": _("joined by another nominator"),
    "kept_private": _("kept private"),
    "left": _("left"),
    "lifecycle": _("lifecycle changed"),
    "lifted": _("block lifted"),
    "logged_in": _("logged in"),
    "logged_out_everywhere": _("logged out everywhere"),
    "made": _("made"),
    "merged": _("merged"),
    "owner": _("owner changed"),
    "partitioned": _("divided by quarter"),
    "parked": _("parked"),
    "password_set": _("password set"),
    "product": _("products changed"),
    "proposed": _("proposed"),
    "queued": _("put in the queue"),
    "recorded": _("entered"),
    "refused": _("refused"),
    "released": _("given back to the queue"),
    "renamed": _("renamed"),
    "restored": _("restored"),
    "result_forgotten": _("result thrown away"),
    "resumed": _("taken up again"),
    "retried": _("tried again"),
    "returned": _("returned for more"),
    "revoked": _("revoked"),
    "roles_set": _("roles set"),
    "saved": _("saved"),
    "set": _("set"),
    "shared": _("shared"),
    "sign_in_changed": _("way of logging in changed"),
    "snapshot_taken": _("kept for the week"),
    "source_forgotten": _("file thrown away"),
    "submitted": _("submitted"),
    "undone": _("undone"),
    "verified": _("checked"),
    "withdrawn": _("withdrawn"),
}
# How the name of a detail begins that names a thing as well.
THINGS: Final[Mapping[str, Any]] = {
    "contact": _("contact"),
    "external id": _("external id"),
    "product": _("product"),
}
# Names and values of an event's detail; what is not here is shown as it stands.
WORDS: Final[Mapping[str, Any]] = dict(Role.choices) | {
    "after": _("after"),
    "amber": _("Amber"),
    "account_executive": _("account executive"),
    "before": _("before"),
    "cells": _("cells"),
    "change": _("change"),
    "churn_reason": _("reason for leaving"),
    "churned": _("churned"),
    "churned_on": _("churned on"),
    "columns": _("columns"),
    "comment": _("comment"),
    "contacts taken over": _("contacts taken over"),
    "count": _("count"),
    "country": _("country"),
    "counts": _("counts"),
    "created": _("created"),
    "customer": _("customer"),
    "differences": _("differences"),
    "domain": _("web domain"),
    "duplicate": _("duplicate"),
    "edit": _("edit"),
    "executive_sponsor": _("executive sponsor"),
    "expiry": _("evidence expired"),
    "external ids taken over": _("external ids taken over"),
    "fields": _("changed"),
    "file": _("file"),
    "file_name": _("file"),
    "fill": _("fill down"),
    "forecast": _("forecast"),
    "green": _("Green"),
    "has_open_follow_up": _("follow-up business is open"),
    "import": _("import"),
    "in_production_since": _("in production since"),
    "industry": _("industry"),
    "is_shared": _("shared"),
    "is_well_known": _("well-known brand"),
    "kind": _("kind"),
    "left_on": _("left on"),
    "lifecycle": _("lifecycle"),
    "live": _("live"),
    "locale": _("language"),
    "made_at": _("made at"),
    "merge": _("merge"),
    "message": _("message"),
    "name": _("name"),
    "onboarding": _("onboarding"),
    "opener": _("opener"),
    "page": _("page"),
    "paste": _("paste"),
    "percent": _("percent"),
    "problem": _("problem"),
    "products taken over": _("products taken over"),
    "prospective": _("prospective"),
    "quarter": _("quarter"),
    "recruiting_settings": _("recruiting"),
    "query": _("filters"),
    "reason": _("reason"),
    "recovery_codes_generated": _("new recovery codes"),
    "recurring_revenue": _("recurring revenue a year"),
    "red": _("Red"),
    "region": _("region"),
    "seal": _("seal"),
    "since": _("since"),
    "size": _("size in bytes"),
    "size_band": _("employees"),
    "skipped": _("left out"),
    "source": _("source"),
    "status": _("status"),
    "step": _("step"),
    "target": _("target"),
    "target_bonus": _("target bonus"),
    "time_zone": _("time zone"),
    "totp_activated": _("authenticator app set up"),
    "totp_deactivated": _("authenticator app removed"),
    "unchanged": _("unchanged"),
    "undo": _("undo"),
    "until": _("until"),
    "until_quarter": _("until"),
    "updated": _("updated"),
    "user": _("person"),
    "values": _("values"),
    "version": _("version"),
    "webauthn_added": _("key added"),
    "webauthn_removed": _("key removed"),
    "withdrawal": _("consent withdrawn"),
}


@register.filter
def event_words(event: str) -> str:
    """`api_token.created` reads `API token: created`."""
    noun, _dot, verb = event.partition(".")
    return f"{NOUNS.get(noun, _spaced(noun))}: {VERBS.get(verb, _spaced(verb))}"


@register.filter
def detail_name(name: str) -> str:
    """What the name of a detail says; `contact Lucille Bluth: title` names a contact and its column."""
    for noun, words in THINGS.items():
        if name.startswith(f"{noun} "):
            thing, mark, column = name.removeprefix(f"{noun} ").rpartition(": ")
            return f"{words} {thing}: {detail_name(column)}" if mark else f"{words} {column}"
    return str(WORDS.get(name, _spaced(name)))


@register.filter
def detail_value(value: Any, name: str) -> str:
    """What the detail of that name says, in one line of at most LONGEST characters."""
    words = _change(value) if name == "status" else _in_words(value)
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def _change(value: Any) -> str:
    """A pair as the change that it is."""
    if isinstance(value, list) and len(value) == 2 and value[0] != value[1]:
        return f"{_in_words(value[0])} → {_in_words(value[1])}"
    return _in_words(value[1] if isinstance(value, list) and len(value) == 2 else value)


def _in_words(value: Any) -> str:
    """A mapping is a list of changes; days and numbers read as the reader writes them."""
    if value in (None, "", [], {}):
        return "–"
    match value:
        case bool():
            return gettext("yes") if value else gettext("no")
        case int() | float():
            return str(number_format(value, force_grouping=True))
        case list():
            return ", ".join(map(_in_words, value))
        case dict():
            return "; ".join(f"{detail_name(name)}: {_change(one)}" for name, one in value.items())
    day = _day(str(value))
    return date_format(day) if day else str(WORDS.get(value, value))


def _day(text: str) -> date | None:
    try:
        return parse_date(text) if len(text) == len("2026-11-20") else None
    except ValueError:
        return None


def _spaced(name: str) -> str:
    return name.replace("_", " ")


@register.simple_tag(takes_context=True)
def subject_url(context: template.Context, event: AuditEvent) -> str:
    """The page of what the event is about; empty where there is none, or none that the reader may open."""
    if event.subject_type not in PAGES or event.subject_id is None:
        return ""
    if event.subject_type == "core.user" and not context["user"].has_perm("core.manage_people"):
        return ""
    try:
        return reverse(PAGES[event.subject_type], args=[event.subject_id])
    except NoReverseMatch:
        return ""
