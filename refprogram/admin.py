"""Django's admin as a window: administrators look at rows there, and change them nowhere but in the program's pages."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.apps import apps
from django.contrib import admin
from django.db.models import Field, Model
from django.http import HttpRequest

from core.choices import Role

OURS = ("core", "people", "customers", "references")
SECRET = {"password", "digest", "session_epoch"}


class WindowAdmin(admin.ModelAdmin):
    """Every row can be read and none changed: a change that no action made would be missing in the audit trail."""

    show_full_result_count = False
    list_per_page = 50

    def get_list_display(self, request: HttpRequest) -> Any:
        plain = [field.name for field in self._fields() if not field.is_relation]
        return ["__str__", *plain[1:6]]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return [field.name for field in self._fields()]

    def _fields(self) -> "list[Field[Any, Any]]":
        return [field for field in self.model._meta.concrete_fields if field.name not in SECRET]

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_authenticated and request.user.is_active and request.user.holds([Role.ADMINISTRATOR])

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "RefProgram"
for label in OURS:
    for found in apps.get_app_config(label).get_models():
        admin.site.register(found, WindowAdmin)
