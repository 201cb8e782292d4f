// Statuses set by a key: painted at once, saved behind it, taken back if the server refuses; and undo.
import { facts, fill, find, grid, isEditable, paint, shown, texts } from "./grid-cells.js";
import { token } from "./csrf.js";
import { toast, unheard } from "./grid-toasts.js";

const TIMEOUT = 15_000;
const running = new Map();
const waiting = new Map();
const confirmed = new Map();
const undoable = [];
const redoable = [];
let presses = 0;
let lastTold = 0;

export const isSaving = (cell) => running.has(cell.id);

// The answer, or null after telling the person that the server could not be reached or asks to log in.
export async function post(url, data) {
  let answer;
  try {
    answer = await fetch(url, {
      method: "POST",
      body: data instanceof FormData ? data : new URLSearchParams(data),
      headers: { "X-CSRFToken": token() },
      signal: AbortSignal.timeout(TIMEOUT),
    });
  } catch {
    unheard(texts.offline);
    return null;
  }
  if (answer.redirected) {
    unheard(texts.expired);
    return null;
  }
  if (answer.ok || [409, 422].includes(answer.status)) return answer;
  const words = { 400: texts.unreadable, 413: texts.unreadable, 403: refusedBecause(answer.headers.get("X-Refused")), 404: texts.gone };
  unheard(words[answer.status] ?? texts.offline);
  return null;
}

// Why 403 was answered: who lost the cookies has to log in or to load a page, and may edit the cell all the same.
export const refusedBecause = (word) => ({ "logged-out": texts.expired, "no-token": texts.renewed })[word] ?? texts.refused;

// `openForEvidence` is called for a Green that is not earned yet.
export function setStatus(cell, status, openForEvidence) {
  if (!isEditable(cell)) {
    toast(texts.read_only);
    return;
  }
  if (cell.dataset.status === status) return;
  if (status === "green" && facts(cell).needsEvidence) {
    openForEvidence(cell);
    return;
  }
  if (!running.has(cell.id)) confirmed.set(cell.id, shown(cell));
  paint({ ...shown(cell), status, overdue: status === "green" ? false : shown(cell).overdue });
  cell.classList.add("is-saving");
  const before = running.get(cell.id) ?? Promise.resolve();
  const press = ++presses;
  const run = before.then(() => save(cell.id, status, openForEvidence, press));
  running.set(cell.id, run);
  waiting.set(cell.id, (waiting.get(cell.id) ?? 0) + 1);
  run.finally(() => {
    waiting.set(cell.id, waiting.get(cell.id) - 1);
    if (running.get(cell.id) !== run) return;
    running.delete(cell.id);
    cell.classList.remove("is-saving");
  });
}

async function save(id, status, openForEvidence, press) {
  const cell = document.getElementById(id);
  const known = confirmed.get(id);
  const answer = await post(`${cell.pathname}status/`, { status, version: known.version });
  const told = answer && (await answer.json());
  if (answer?.ok) {
    confirmed.set(id, told.cell);
    // Of several keys pressed quickly the last one stays on the screen until its own answer comes.
    paint(waiting.get(id) > 1 ? { ...told.cell, status: cell.dataset.status } : told.cell);
    if (told.undo) remember(told.undo);
    const { customerName, dimensionName } = facts(cell);
    const said = { customer: customerName, dimension: dimensionName, status: texts.labels[told.cell.status] };
    // Answers may overtake each other; what was pressed last is what is offered to be undone.
    if (press > lastTold) {
      lastTold = press;
      toast(fill(texts.set, said), { label: texts.undo, action: () => takeBack(told.undo) });
    }
    document.dispatchEvent(new CustomEvent("grid:written", { detail: [told.cell] }));
    return;
  }
  const current = answer?.status === 409 ? told.cell : known;
  confirmed.set(id, current);
  paint(current, { flash: answer?.status === 409 });
  if (told?.needs_evidence) openForEvidence(cell);
  else if (answer?.status === 409 && current.status === status) toast(told.message);
  else if (answer?.status === 409) toast(told.message, { isError: true, ...again(id, status, openForEvidence) });
  else if (told?.message) toast(told.message, { isError: true });
}

const again = (id, status, openForEvidence) => ({
  label: `${texts.set_anyway} ${texts.labels[status]}`,
  action: () => setStatus(document.getElementById(id), status, openForEvidence),
});

export function remember(changeSet) {
  undoable.push(changeSet);
  redoable.length = 0;
}

// What is being saved comes first, and one press after the other: each takes back what stands there when its turn comes.
let turn = Promise.resolve();
function inTurn(deed) {
  turn = turn
    .then(() => Promise.allSettled(running.values()))
    .then(deed)
    .catch(() => unheard(texts.offline));
}

export const takeBack = (changeSet) => inTurn(() => undo(changeSet));
export const undoLast = () => inTurn(() => (undoable.length ? undo(undoable.at(-1)) : toast(texts.nothing_to_undo)));
export const redoLast = () =>
  inTurn(() => (redoable.length ? undo(redoable.at(-1), { isRedo: true }) : toast(texts.nothing_to_undo)));

async function undo(changeSet, { isRedo = false } = {}) {
  const answer = await post(grid.dataset.undo.replace("/0/", `/${changeSet}/`), {});
  if (!answer) return;
  const told = await answer.json();
  for (const list of [undoable, redoable]) {
    const position = list.indexOf(changeSet);
    if (position >= 0) list.splice(position, 1);
  }
  if (!answer.ok) {
    toast(told.message, { isError: true });
    return;
  }
  (isRedo ? undoable : redoable).push(told.undo);
  written(told.cells);
  toast(told.message);
}

// Cells that were saved together: painted, lit up for a moment, and told to the rest of the page.
export function written(cells) {
  for (const state of cells) {
    paint(state, { flash: true });
    const cell = find(state.customer, state.dimension);
    if (cell) confirmed.set(cell.id, state);
  }
  document.dispatchEvent(new CustomEvent("grid:written", { detail: cells }));
}
