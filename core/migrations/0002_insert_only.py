from django.db import migrations

from core.constraints import insert_only_triggers


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [insert_only_triggers("core_auditevent")]
