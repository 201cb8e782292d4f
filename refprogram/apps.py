from django.apps import AppConfig


class RefprogramConfig(AppConfig):
    name = "refprogram"
