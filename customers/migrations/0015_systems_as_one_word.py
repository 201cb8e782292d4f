"""Programs wrote SAP where files write sap: contacts, cases and invoices of one system are found as its own."""

from django.db import IntegrityError, migrations, transaction

MODELS = ("Contact", "SupportCase", "Invoice")


def call_alike(apps, schema_editor):
    """Row by row, as they are few; one whose key is here under the other spelling stays, for a person to look at."""
    for name in MODELS:
        model = apps.get_model("customers", name)
        systems = model.objects.exclude(source="").order_by().values_list("source", flat=True).distinct()
        for system in [one for one in systems if one != one.strip().casefold()]:
            for row in model.objects.filter(source=system):
                try:
                    with transaction.atomic():
                        model.objects.filter(pk=row.pk).update(source=system.strip().casefold())
                except IntegrityError:
                    continue


class Migration(migrations.Migration):
    dependencies = [("customers", "0014_adoption")]

    operations = [migrations.RunPython(call_alike, migrations.RunPython.noop)]
