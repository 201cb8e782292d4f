// What others change appears by itself: asked for every two seconds, more rarely while the server does not answer.
import { fill, find, grid, paint, texts } from "./grid-cells.js";
import { isSaving } from "./grid-edits.js";
import { tell } from "./grid-panel.js";
import { toast } from "./grid-toasts.js";

const PAUSE = 2000;
const LONGEST = 30_000;
// Counts of very many customers are shared by all who ask within five seconds: asked for sooner, they may be old.
const FIGURES_PAUSE = grid && "uncounted" in grid.dataset ? 6000 : 1500;
let cursor = grid?.dataset.cursor;
let failures = 0;
// The answer of the poll was the page for logging in; another tab may do that, so the asking goes on.
let isLoggedOut = false;
let timer = null;
let figuresTimer = null;

async function ask() {
  try {
    const answer = await fetch(`${grid.dataset.changes}?since=${cursor}`, { signal: AbortSignal.timeout(10_000) });
    isLoggedOut = answer.redirected;
    if (!answer.ok) throw new Error(String(answer.status));
    failures = 0;
    if (answer.status === 200 && !isLoggedOut) take(await answer.json());
  } catch {
    failures += 1;
  }
  const live = document.getElementById("grid-live");
  live.classList.toggle("is-paused", isLoggedOut || failures > 2);
  live.textContent = isLoggedOut ? texts.logged_out : failures > 2 ? texts.paused : texts.live;
  plan(Math.min(PAUSE * 2 ** failures, LONGEST));
}

function take({ cells, cursor: next, reload }) {
  cursor = next;
  if (reload) toast(texts.many, { label: texts.reload, action: () => location.reload() });
  for (const state of cells) {
    const cell = find(state.customer, state.dimension);
    if (!cell || isSaving(cell) || state.version <= Number(cell.dataset.version)) continue;
    paint(state, { flash: true });
    cell.title = fill(texts.changed_lately, { name: state.by || texts.somebody });
    tell(state);
  }
  refreshFigures();
}

function plan(pause) {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(ask, pause);
}

// The counts under and over the grid; several changes in a row are counted once.
function refreshFigures(pause = FIGURES_PAUSE) {
  clearTimeout(figuresTimer);
  figuresTimer = setTimeout(async () => {
    const answer = await fetch(`${grid.dataset.figures}?${grid.dataset.query}`).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    show(await answer.json());
  }, pause);
}

function show({ greens, customers, noun, overdue, now, percent }) {
  const write = (selector, value) => {
    for (const place of document.querySelectorAll(selector)) place.textContent = value.toLocaleString(document.documentElement.lang);
  };
  for (const [key, number] of Object.entries(greens)) write(`[data-greens="${key}"]`, number);
  write("[data-customers], #grid-customers", customers);
  document.getElementById("grid-customers-noun").textContent = noun;
  write('[data-figure="now"]', now);
  write('[data-figure="overdue"]', overdue);
  for (const chip of document.querySelectorAll('[data-figure="overdue"]')) chip.hidden = overdue === 0;
  write('[data-figure="percent"]', percent);
  const progress = document.querySelector('[data-figure="progress"]');
  if (progress) progress.value = percent;
}

export function start() {
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : ask()));
  window.addEventListener("online", ask);
  document.addEventListener("grid:written", () => refreshFigures());
  if ("uncounted" in grid.dataset) refreshFigures(0);
  document.getElementById("grid-live").hidden = false;
  plan(PAUSE);
}

