from django.apps import AppConfig


class ReferencesConfig(AppConfig):
    name = "references"

    def ready(self) -> None:
        from customers.actions import attributes
        from references import permissions  # noqa: F401  registers the predicates
        from references.actions import dimensions

        attributes.BESIDE.append(dimensions.headers)
