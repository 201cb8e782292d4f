"""Addresses of people, profiles, jobs, notices and the audit trail."""

from django.urls import URLPattern, path

from core.views import jobs, saved_views

app_name = "core"
urlpatterns: list[URLPattern] = [
    path("jobs/", jobs.index, name="job_index"),
    path("jobs/<int:pk>/", jobs.detail, name="job_detail"),
    path("jobs/<int:pk>/retry/", jobs.retry, name="job_retry"),
    path("jobs/<int:pk>/result/", jobs.result, name="job_result"),
    path("saved-views/", saved_views.save, name="saved_view_save"),
    path("saved-views/<int:pk>/share/", saved_views.share, name="saved_view_share"),
    path("saved-views/<int:pk>/delete/", saved_views.delete, name="saved_view_delete"),
]
