"""Trigram indexes for searching parts of names, where the database offers them: PostgreSQL with pg_trgm."""

from django.db import migrations

INDEXES = {
    "customer_name_trigrams": 'customers_customer USING gin (upper("name"::text) gin_trgm_ops)',
    "customer_key_trigrams": 'customers_customer USING gin (("name_key"::text) gin_trgm_ops)',
    "customer_domain_trigrams": 'customers_customer USING gin (upper("domain"::text) gin_trgm_ops)',
    "contact_name_trigrams": 'customers_contact USING gin (upper("name"::text) gin_trgm_ops)',
    "contact_email_trigrams": 'customers_contact USING gin (upper("email"::text) gin_trgm_ops)',
}


def add(apps, schema_editor):
    """Do without the indexes where the extension is not installed or may not be created; searching works all the same."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm')")
        is_available = cursor.fetchone()[0]
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm')")
        is_installed = cursor.fetchone()[0]
        cursor.execute("SELECT has_database_privilege(current_database(), 'CREATE')")
        may_install = cursor.fetchone()[0]
        if not is_installed and not (is_available and may_install):
            return
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        for name, columns in INDEXES.items():
            cursor.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {columns}")


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        with schema_editor.connection.cursor() as cursor:
            for name in INDEXES:
                cursor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_contact_version")]
    operations = [migrations.RunPython(add, remove)]
