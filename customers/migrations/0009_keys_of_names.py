"""Names with signs such as ™ are compared in another way now, so their keys are made anew."""

from django.db import migrations

from customers.rules.names import name_key


def make_anew(apps, schema_editor):
    customers = apps.get_model("customers", "Customer").objects.using(schema_editor.connection.alias)
    for pk, name, key in customers.values_list("pk", "name", "name_key").iterator(chunk_size=2000):
        if not name.isascii() or len(name) > 190:
            made = name_key(name)
            if made != key:
                customers.filter(pk=pk).update(name_key=made)


class Migration(migrations.Migration):
    dependencies = [("customers", "0008_only_used_indexes")]

    operations = [migrations.RunPython(make_anew, migrations.RunPython.noop, elidable=True)]
