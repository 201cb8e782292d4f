"""Every address of the program."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from refprogram.views import health, home, metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.index, name="home"),
    # The grid first: its addresses are asked for most.
    path("", include("references.urls")),
    path("", include("core.urls")),
    path("", include("people.urls")),
    path("", include("customers.urls")),
    path("", include("operations.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("refprogram.api_urls")),
    path("healthz", health.process, name="healthz"),
    path("readyz", health.readiness, name="readyz"),
    path("metrics", metrics.index, name="metrics"),
]

handler400 = "refprogram.views.failures.refused"
handler500 = "refprogram.views.failures.failed"
handler404 = "refprogram.views.missing.missing"
