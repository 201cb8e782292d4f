"""Find the Chromium that browser tests drive; run as a program it installs one where none is found.

python -m tests.browser.chromium
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = ("/usr/bin/chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def find() -> str | None:
    """CHROMIUM from the environment, else the distribution's Chromium, else Chrome, else Playwright's own."""
    wanted = [os.environ.get("CHROMIUM"), *PLACES, *(shutil.which(name) for name in NAMES), _playwrights_own()]
    return next((path for path in wanted if path and os.access(path, os.X_OK)), None)


def _playwrights_own() -> str | None:
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    return next((str(path) for path in sorted(cache.glob("chromium-*/chrome-linux*/chrome"))), None)


def install() -> None:
    """The distribution's package as root, else Playwright's download; a failure of either is no failure of ours."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        _quietly("apt-get", "update", "-qq")
        _quietly("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core")
    if find() is None:
        _quietly(sys.executable, "-m", "playwright", "install", "chromium")


def _quietly(*command: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, env=environment, capture_output=True, timeout=240, check=False)
    except subprocess.TimeoutExpired:
        return


if __name__ == "__main__":
    if find() is None:
        sys.stdout.write("No Chromium found; installing one …\n")
        install()
    sys.stdout.write(f"Browser tests: {find() or 'no Chromium found and none could be installed; they are skipped'}\n")
