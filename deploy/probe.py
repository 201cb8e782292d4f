"""Health checks of the containers: `probe.py web` asks /readyz, `probe.py schedule` looks whether beat still writes."""

import os
import sys
import time
import urllib.request
from pathlib import Path

# Beat writes its file every three minutes.
SECONDS_WITHOUT_A_WRITE = 600


def web_answers() -> bool:
    host = os.environ["ALLOWED_HOSTS"].split(",")[0].lstrip(".").replace("*", "localhost")
    # What a proxy in front would say; without it the answer would be a redirect to HTTPS.
    headers = {"Host": host, "X-Forwarded-Proto": "https"}
    request = urllib.request.Request("http://127.0.0.1:8000/readyz", headers=headers)
    with urllib.request.urlopen(request, timeout=5) as answer:
        return bool(answer.status == 200)


def schedule_is_kept() -> bool:
    written = max(path.stat().st_mtime for path in Path(os.environ["VAR_DIR"]).glob("schedule*"))
    return time.time() - written < SECONDS_WITHOUT_A_WRITE


if __name__ == "__main__":
    sys.exit(not {"web": web_answers, "schedule": schedule_is_kept}[sys.argv[1]]())
