"""Django's admin as a window: administrators look at rows there, and change them nowhere but in the program's pages."""

from typing import Any, cast

from allauth.account.decorators import secure_admin_login
from django.apps import apps
from django.contrib import admin
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest

from core.choices import Role
from core.models import AuditEvent, User
from core.texts import named_id
from customers.models import Invoice
from references.models import BonusCarryOver, BonusLine, BonusStatement, PayMember

OURS = ("core", "people", "customers", "references")
PAY = (BonusCarryOver, BonusLine, BonusStatement, PayMember)
# The last four: what a job was given and made is its starter's alone.
SECRET = {"password", "digest", "session_epoch", "revenue", "parameters", "report", "source", "result"}


class WindowAdmin(admin.ModelAdmin):
    """Every row can be read and none changed: a change that no action made would be missing in the audit trail."""

    show_full_result_count = False
    list_per_page = 50

    def get_list_display(self, request: HttpRequest) -> Any:
        plain = [field.name for field in self._fields() if not field.is_relation]
        return ["__str__", *plain[1:6]]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return [field.name for field in self._fields()]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """What is not shown is not asked for either: an answer to a guess would tell it letter by letter. Nor is more
        than whether a field holds just this; some other questions the database cannot answer."""
        name, *kind = lookup.split("__")
        is_plain = name in self.get_fields(request) and kind in ([], ["exact"], ["isnull"], ["id", "exact"])
        return is_plain and self._can_be(name, kind, value) and super().lookup_allowed(lookup, value, request)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """None of what no row can have; the database would not look for such a number."""
        found = named_id(object_id) or not self.model._meta.pk.is_relation
        return super().get_object(request, object_id, from_field) if found else None

    def _can_be(self, name: str, kind: list[str], value: Any) -> bool:
        """Whether another row can have the number that is asked for."""
        is_number = self.model._meta.get_field(name).is_relation and kind != ["isnull"]
        return not is_number or bool(named_id(str(value)))

    def _fields(self) -> "list[Field[Any, Any]]":
        return [field for field in self.model._meta.concrete_fields if field.name not in SECRET]

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_authenticated and request.user.is_active and request.user.holds([Role.ADMINISTRATOR])

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        rows, reader = super().get_queryset(request), cast(User, request.user)
        return AuditEvent.objects.visible_to(reader).telling_no_money(reader) if self.model is AuditEvent else rows

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class PayAdmin(WindowAdmin):
    """People's pay is not the business of administrators: it is shown to those who may read it on its own pages."""

    reads = "references.view_all_pay"

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_view_permission(request, obj) and request.user.has_perm(self.reads)


class MoneyAdmin(PayAdmin):
    """Nor is what customers owe."""

    reads = "customers.view_invoices"


KEPT = dict.fromkeys(PAY, PayAdmin) | {Invoice: MoneyAdmin}
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "RefProgram"
for label in OURS:
    for found in apps.get_app_config(label).get_models():
        admin.site.register(found, KEPT.get(found, WindowAdmin))
