"""Addresses of the operations pages."""

from django.urls import path

from operations.views import jobs, overview, task_runs

app_name = "operations"
urlpatterns = [
    path("operations/", overview.index, name="overview"),
    path("operations/runs/", task_runs.index, name="task_run_index"),
    path("operations/runs/export/", task_runs.export, name="task_run_export"),
    path("operations/tasks/<str:task>/run/", task_runs.create, name="task_run_create"),
    path("operations/jobs/", jobs.index, name="job_index"),
    path("operations/jobs/export/", jobs.export, name="job_export"),
    path("operations/jobs/<int:pk>/retry/", jobs.retry, name="job_retry"),
]
