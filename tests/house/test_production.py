"""What a production installation is made of: settings that are loud, an image, and the services around it."""

import os
import re
import shlex
import subprocess
import sys

import pytest
import yaml

from tests.house.files import ROOT

pytestmark = pytest.mark.static

SERVERS = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}
COMPLETE = SERVERS | {"SECRET_KEY": "k" * 60, "ALLOWED_HOSTS": "references.example.com"}
SETTINGS = "".join(path.read_text() for path in (ROOT / "refprogram" / "settings").glob("*.py"))
READ_BY_SETTINGS = set(re.findall(r'env\.\w+\(\s*"([A-Z_0-9]+)"', SETTINGS)) | {"DATABASE_URL"}


def started(environment: dict[str, str], program: str = "import django; django.setup()", **options):
    """Python started with these variables and no others of ours."""
    kept = {key: value for key, value in os.environ.items() if key not in READ_BY_SETTINGS}
    kept["DJANGO_SETTINGS_MODULE"] = "refprogram.settings"
    command = [sys.executable, "-W", "error", "-c", program]
    return subprocess.run(command, cwd=ROOT, env=kept | environment, capture_output=True, text=True, **options)


@pytest.mark.parametrize("missing", ["REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS"])
def test_a_database_without_the_rest_is_refused_and_what_is_missing_is_named(missing):
    refused = started({key: value for key, value in COMPLETE.items() if key != missing})
    assert refused.returncode != 0
    assert f"set {missing} as well" in refused.stderr


def test_a_database_alone_is_told_everything_it_lacks_at_once():
    assert (
        "set REDIS_URL, SECRET_KEY, ALLOWED_HOSTS as well" in started({"DATABASE_URL": SERVERS["DATABASE_URL"]}).stderr
    )


def test_complete_settings_start_and_protect_the_session():
    program = (
        "import django; django.setup()\n"
        "from django.conf import settings as s\n"
        "assert s.SESSION_COOKIE_SECURE and s.CSRF_COOKIE_SECURE and s.SECURE_SSL_REDIRECT and not s.DEBUG\n"
        "assert s.SECURE_HSTS_SECONDS >= 31_536_000 and s.SECURE_HSTS_INCLUDE_SUBDOMAINS\n"
        "assert s.SESSION_COOKIE_HTTPONLY and s.SESSION_COOKIE_SAMESITE == s.CSRF_COOKIE_SAMESITE == 'Lax'\n"
        "assert s.SITE_URL == 'https://references.example.com'\n"
    )
    assert started(COMPLETE, program).stderr == ""


def test_the_embedded_installation_starts_with_nothing_set(tmp_path):
    assert started({"VAR_DIR": str(tmp_path)}).stderr == ""


COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if "build" in service}


def test_every_service_that_stays_is_checked_for_its_health():
    assert {name for name, service in COMPOSE["services"].items() if "healthcheck" not in service} == {"migrate"}


def test_services_wait_for_the_migration_and_the_servers():
    for name in OURS.keys() - {"migrate"}:
        waits = OURS[name]["depends_on"]
        assert waits["migrate"]["condition"] == "service_completed_successfully"
        assert waits["database"]["condition"] == waits["queue"]["condition"] == "service_healthy"


def test_what_must_outlive_a_container_lies_in_a_named_volume():
    mounted = {mount.split(":")[0] for service in COMPOSE["services"].values() for mount in service["volumes"]}
    assert mounted == set(COMPOSE["volumes"]) == {"backups", "database", "files", "queue"}


def test_compose_passes_only_what_the_settings_read():
    assert set(OURS["web"]["environment"]) - {"WEB_CONCURRENCY"} <= READ_BY_SETTINGS


MACHINE = yaml.safe_load((ROOT / "deploy" / "machine.yml").read_text())


def test_one_of_several_machines_shares_all_it_keeps_and_mounts_nothing():
    assert set(MACHINE["services"]) == {"migrate", "web", "worker", "schedule"}
    for service in MACHINE["services"].values():
        assert "volumes" not in service
        assert set(service["environment"]) - {"WEB_CONCURRENCY"} <= READ_BY_SETTINGS
        assert service["environment"]["S3_BUCKET"].startswith("${S3_BUCKET:?")
    for name, service in MACHINE["services"].items():
        assert service.get("command") == COMPOSE["services"][name].get("command")


def test_several_machines_are_insisted_on_what_they_share():
    insisted = set(re.findall(r"\$\{(\w+):\?", (ROOT / "deploy" / "machine.yml").read_text()))
    example = (ROOT / "deploy" / "environment.example").read_text()
    assert insisted <= set(re.findall(r"^#?(\w+)=", example, flags=re.MULTILINE))


def test_a_standby_a_pooler_and_a_bucket_are_settings():
    program = (
        "import django; django.setup()\n"
        "from django.conf import settings as s\n"
        "assert s.DATABASES['replica']['HOST'] == 'standby' and s.DATABASE_ROUTERS == ['core.replica.Router']\n"
        "assert s.DATABASES['replica']['TEST']['MIRROR'] == 'default'\n"
        "assert s.MIDDLEWARE[-1] == 'core.replica.ReadFromReplica'\n"
        "assert all(one['DISABLE_SERVER_SIDE_CURSORS'] for one in s.DATABASES.values())\n"
        "assert s.STORAGES['default']['OPTIONS']['bucket_name'] == 'files'\n"
    )
    chosen = {"REPLICA_DATABASE_URL": "postgres://nobody@standby/none", "POOLED": "true", "S3_BUCKET": "files"}
    assert started(COMPLETE | chosen, program).stderr == ""


def test_without_a_standby_nothing_asks_for_one():
    program = (
        "import django; django.setup()\n"
        "from django.conf import settings as s\n"
        "assert set(s.DATABASES) == {'default'} and not s.DATABASE_ROUTERS\n"
        "assert 'core.replica.ReadFromReplica' not in s.MIDDLEWARE\n"
    )
    assert started(COMPLETE, program).stderr == ""


def test_the_example_environment_names_what_compose_insists_on():
    insisted = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
    example = (ROOT / "deploy" / "environment.example").read_text()
    assert insisted <= set(re.findall(r"^(\w+)=", example, flags=re.MULTILINE))


def dockerfile(instruction: str) -> list[str]:
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    return re.findall(rf"^{instruction} (.+)$", text, flags=re.MULTILINE)


def test_the_image_does_not_run_as_root():
    assert dockerfile("USER") == ["refprogram"]


def test_the_image_holds_what_the_program_needs():
    kept = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), flags=re.MULTILINE)
    packages = {path.parent.name for path in ROOT.glob("*/apps.py")}
    beside = {"static", "templates", "manage.py", "gunicorn.conf.py", "requirements.lock", "deploy"}
    assert packages | beside <= set(kept)


def test_static_files_are_collected_as_the_dockerfile_says(tmp_path):
    step = next(run for run in dockerfile("RUN") if "collectstatic" in run).split("&&")[0]
    words = shlex.split(step)
    variables = dict(word.split("=", 1) for word in words if re.match(r"[A-Z_]+=", word))
    command = words[words.index("python") + 1 :]
    environment = os.environ | variables | {"STATIC_ROOT": str(tmp_path)}
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "staticfiles.json").exists()


def test_every_setting_of_the_environment_is_explained_in_the_readme():
    explained = set(re.findall(r"^\| `([A-Z_0-9]+)`", (ROOT / "README.md").read_text(), flags=re.MULTILINE))
    assert explained == READ_BY_SETTINGS
