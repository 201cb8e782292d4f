"""The grid in a browser: what comes over the wire, what Lighthouse says, how soon a key shows."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.databases import ROOT
from bench.measures import Row, repeatedly
from bench.stage import Stage
from tests.browser import chromium

PRESSES = 60
LIGHTHOUSE = "lighthouse@12"
WINDOW = {"width": 1350, "height": 940}
# From the moment the key went down, which the event carries, to the frame after the one that was painted.
WATCH = """
window.painted = [];
document.addEventListener("keydown", (event) => {
  const { timeStamp, target, key } = event, before = target.dataset.status;
  if (!"ra".includes(key.toLowerCase())) return;
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => window.painted.push([performance.now() - timeStamp, target.dataset.status !== before]);
    port2.postMessage(null);
  });
}, true);
"""


def measure(stage: Stage) -> Iterator[Row]:
    if chromium.find() is None:
        raise RuntimeError("no Chromium: python -m tests.browser.chromium installs one")
    with _browser(stage) as open_page:
        yield Row.of(
            "grid page over the wire, warm cache",
            repeatedly(lambda: _kilobytes(open_page()), stage.rounds),
            unit="KB",
            target="< 150",
        )
        pressed = [_p95(open_page()) for _round in range(stage.rounds)]
        yield Row.of(f"keypress to painted status, p95 of {PRESSES}", pressed, unit="ms", target="< 100")
    yield from _lighthouse(stage)


@contextmanager
def _browser(stage: Stage) -> Iterator[Any]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        context = browser.new_context(base_url=stage.program.url, viewport=WINDOW)
        cookies = stage.program.session("csm").cookies
        context.add_cookies(
            [{"name": name, "value": value, "url": stage.program.url} for name, value in cookies.items()]
        )
        yield context.new_page
        browser.close()


def _kilobytes(page: Page) -> float:
    """Headers included; what the browser has kept costs nothing."""
    network, received = page.context.new_cdp_session(page), []
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto("/grid/?region=EMEA", wait_until="networkidle")
    page.close()
    return sum(received) / 1000


def _p95(page: Page) -> float:
    page.goto("/grid/?region=EMEA", wait_until="networkidle")
    page.evaluate(WATCH)
    page.locator('#rag-grid .cell[id$="-logo"]').first.focus()
    for _number in range(PRESSES):
        is_red = page.evaluate("document.activeElement.dataset.status") == "red"
        page.keyboard.press("a" if is_red else "r")
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(40)
    painted = page.evaluate("window.painted")
    page.close()
    if len(painted) != PRESSES or not all(changed for _took, changed in painted):
        raise RuntimeError("a key was pressed and the cell did not change")
    return sorted(took for took, _changed in painted)[int(PRESSES * 0.95)]


def _lighthouse(stage: Stage) -> Iterator[Row]:
    program = _installed()
    if program is None:
        yield Row.of("Lighthouse performance of the grid page: not measured, npm is missing", [0], unit="of 100")
        return
    for told, flags in {"desktop": ["--preset=desktop"], "phone, four times slower": []}.items():
        scores = [_score(program, stage, flags) for _round in range(3)]
        target = ">= 95" if told == "desktop" else None
        yield Row.of(f"Lighthouse performance of the grid page, {told}", scores, unit="of 100", target=target)


def _installed() -> Path | None:
    """By name, into a folder that is thrown away with the measurement's databases."""
    folder = ROOT / "var" / "bench" / "lighthouse"
    program, npm = folder / "node_modules" / ".bin" / "lighthouse", shutil.which("npm")
    if not program.exists() and npm is not None:
        folder.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--no-fund", "--no-audit", "--prefix", str(folder), LIGHTHOUSE]
        subprocess.run(command, capture_output=True, timeout=600, check=False)
    return program if program.exists() else None


def _score(program: Path, stage: Stage, flags: list[str]) -> float:
    """Chromium now and then does not come up; a second time it does."""
    command, surroundings = _command(program, stage, flags), os.environ | {"CHROME_PATH": chromium.find() or ""}
    for is_last in (False, True):
        done = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=300, check=is_last)
        if done.returncode == 0:
            break
    score: float = json.loads(done.stdout)["categories"]["performance"]["score"]
    return score * 100


def _command(program: Path, stage: Stage, flags: list[str]) -> list[str]:
    cookies = stage.program.session("csm").cookies
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    return [
        str(program), f"{stage.program.url}/grid/?region=EMEA", *flags, "--quiet", "--output=json",
        "--only-categories=performance", f"--extra-headers={json.dumps(headers)}",
        "--chrome-flags=--headless --no-sandbox --disable-gpu",
    ]  # fmt: skip
