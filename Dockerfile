FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
ENV VAR_DIR=/var/lib/refprogram
WORKDIR /srv/refprogram

# The folders of uploaded files and backups belong to the program alone, so that the volumes mounted there do too.
RUN useradd --system --uid 10001 --no-create-home refprogram \
 && install -d -m 700 -o refprogram /var/lib/refprogram /var/lib/refprogram/files /var/lib/refprogram/backups

# What `manage.py backup` copies the database with; not older than the server.
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*

COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock

COPY . ./
# Collecting static files needs complete settings, but neither a server nor a secret.
RUN DATABASE_URL=postgres://build@localhost/none REDIS_URL=redis://localhost/0 SECRET_KEY=of-this-step-only \
    ALLOWED_HOSTS=localhost python manage.py collectstatic --noinput \
 && python -m compileall -q .

USER refprogram
EXPOSE 8000
CMD ["gunicorn", "refprogram.wsgi", "--bind=0.0.0.0:8000", "--threads=4", "--preload", "--worker-tmp-dir=/dev/shm", "--no-control-socket"]
