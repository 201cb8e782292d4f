// The panel beside the grid: opened without a page change, never left with unsaved text unasked.
import { cellOf, find, focusOn, grid, paint, texts } from "./grid-cells.js";
import { refusedBecause, remember } from "./grid-edits.js";
import { forgetErrors, unheard } from "./grid-toasts.js";
import { chooseAgain, putBack, since, snapshot, tellKept } from "./grid-typed.js";

const side = document.getElementById("cell-side");
const hint = side.querySelector(".cell-hint")?.outerHTML ?? "";
const narrow = window.matchMedia("(max-width: 75rem)");
let untouched = null;
let wish = {};
// While a save or a newer panel is on its way: what stood in the form then; what is to be done once it is saved.
let sent = null;
let isSaving = false;
let afterwards = null;
let late = null;

const panel = () => document.getElementById("cell-panel");
const form = () => document.getElementById("cell-form");
const query = () => (grid?.dataset.query ? `?${grid.dataset.query}` : "");
export const openCell = () => (panel() ? document.getElementById(panel().dataset.cell) : null);

const typed = () => [...new FormData(form())].map(([name, value]) => `${name}=${value.name ?? value}`).join("&");
export const isDirty = () => Boolean(form()) && ("unsaved" in panel().dataset || typed() !== untouched);
const mayLeave = () => !isDirty() || window.confirm(texts.leave);

// What would leave a panel that is being saved waits until it is: only then is it known what is unsaved.
function waits(deed) {
  if (isSaving) afterwards = deed;
  return isSaving;
}

// `focus` names a field to begin with, `status` a segment to press; `keep` leaves the focus in the grid.
export function open(cell, wanted = {}) {
  if (panel()?.dataset.cell === cell.id && form()) {
    wish = wanted;
    begin();
    return;
  }
  if (waits(() => open(cell, wanted)) || !mayLeave()) return;
  wish = wanted;
  fetchPanel(cell);
}

// What goes wrong is told where the page listens for it; the promise would tell it to the console once more.
function fetchPanel(cell) {
  window.htmx.ajax("GET", cell.pathname + query(), { target: side, swap: "innerHTML" }).catch(() => {});
}

export function close() {
  if (waits(close)) return undefined;
  // Without a table the page is left; what is unsaved is asked about then.
  if (!grid) return side.querySelector("[data-close]")?.click();
  const cell = openCell();
  if (!panel() || !mayLeave()) return undefined;
  mark(null);
  side.innerHTML = hint;
  history.replaceState(null, "", grid.dataset.root + query());
  return cell ? focusOn(cell) : undefined;
}

function mark(cell) {
  for (const open of document.querySelectorAll("#rag-grid .is-open")) open.classList.remove("is-open");
  cell?.classList.add("is-open");
  cell?.closest("tr").classList.add("is-open");
}

// A panel has come in: by a click, after a save, or with the page.
function arrive() {
  mark(openCell());
  if (openCell()) history.replaceState(null, "", openCell().pathname + query());
  if (form()) {
    showParts();
    form().addEventListener("change", showParts);
    form().addEventListener("input", () => side.querySelector(".cell-saved")?.remove(), { once: true });
    untouched = typed();
  }
  const [deed, kept, isAnswer] = [afterwards, late, isSaving];
  [sent, isSaving, afterwards, late] = [null, false, null, null];
  const [wrong] = [".cell-conflict", ".is-invalid", ".message-error"].map((one) => side.querySelector(one)).filter(Boolean);
  if (isAnswer && kept && form() && !side.querySelector(".cell-saved")) chooseAgain(form(), kept);
  if (kept?.changed.size && form()) return keep(kept, wrong ? null : deed);
  if (wrong) {
    wrong.focus();
    // The buttons at the foot of the panel would hide a field that is only just in view.
    return wrong.matches(".is-invalid") && wrong.scrollIntoView({ block: "center" });
  }
  begin();
  return deed?.();
}

// What was typed meanwhile stands in the new panel, unsaved.
function keep(kept, deed) {
  const homeless = putBack(form(), kept);
  tellKept(side.querySelector(".cell-conflict"), form(), kept);
  showParts();
  if (!isDirty() && !homeless.length) {
    begin();
    return deed?.();
  }
  wish = {};
  const news = document.getElementById("cell-news");
  news.textContent = [texts.typed_meanwhile, ...homeless].join(" ");
  news.hidden = false;
  return deed?.();
}

// The panel that comes in takes the place of fields in which somebody may have written since it was asked for.
function replaces(event) {
  late = sent && form() ? since(form(), sent) : null;
  if (!late?.changed.size || event.detail.serverResponse.includes(`data-cell="${panel().dataset.cell}"`)) return true;
  late = null;
  return window.confirm(texts.leave);
}

function forget() {
  [sent, isSaving, afterwards] = [null, false, null];
}

function begin() {
  const { focus, status, keep, saved } = wish;
  wish = {};
  if (saved && narrow.matches) return close();
  if (keep && !narrow.matches) return undefined;
  if (saved) return openCell()?.focus();
  const radio = status !== undefined && form()?.querySelector(`[name=status][value="${status}"]`);
  if (radio) {
    radio.checked = true;
    showParts();
    untouched = typed();
  }
  const field = form()?.elements[focus] ?? form()?.querySelector("[name=status]:checked");
  const first = field ?? document.getElementById("cell-title");
  first?.focus({ preventScroll: true });
  if (first?.matches("textarea")) first.setSelectionRange(first.value.length, first.value.length);
  first?.scrollIntoView({ block: "nearest" });
  return undefined;
}

// What was typed into a part is neither hidden nor left out when another status no longer asks for it: the server says
// what does not fit.
function holdsText(part) {
  const isOurs = (field) => field.matches("input:not([type=checkbox]), select") && !["kind", "agreed_on"].includes(field.name);
  const isShown = "unsaved" in panel().dataset;
  const was = (field) => (field.matches("select") ? ([...field.options].find((one) => one.defaultSelected)?.value ?? "") : field.defaultValue);
  return [...part.elements].some((field) => isOurs(field) && field.value && (isShown || field.value !== was(field)));
}

// The forecast belongs to a cell on its way, evidence to a Green, a name to a new contact. A part goes with a change of
// the status alone: while another field is left for a click, the place of that click must not move.
function showParts(event) {
  const status = form().querySelector("[name=status]:checked")?.value || "blank";
  for (const part of form().querySelectorAll("[data-shown-for]")) {
    const isIdle = !part.dataset.shownFor.split(" ").includes(status) && !holdsText(part);
    part.hidden = isIdle && (part.hidden || event?.target.name === "status" || !event);
    part.disabled = part.hidden;
  }
  const names = form().querySelector("[data-new-contact]");
  if (names) names.hidden = form().elements.contact.value !== "new";
}

// Somebody else changed the open cell: nothing typed is overwritten, but it is said.
export function tell(state) {
  const cell = find(state.customer, state.dimension);
  if (!panel() || panel().dataset.cell !== cell?.id || state.version <= Number(panel().dataset.version)) return;
  if (!isDirty() && !side.contains(document.activeElement)) {
    wish = { keep: true };
    fetchPanel(cell);
    return;
  }
  const news = document.getElementById("cell-news");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "link-button", textContent: texts.show });
  button.addEventListener("click", () => {
    if (mayLeave()) fetchPanel(cell);
  });
  news.replaceChildren(texts.changed_by.replace("{name}", state.by || texts.somebody), " ", button);
  news.hidden = false;
}

export function start() {
  document.addEventListener("click", (event) => {
    if (grid && event.target.closest("[data-close]")) {
      event.preventDefault();
      close();
    }
    const cell = cellOf(event.target);
    if (!cell || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    const go = () => {
      focusOn(cell);
      open(cell, { keep: event.detail > 0 });
    };
    if (!waits(go)) go();
  });
  side.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) close();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form()) {
      event.preventDefault();
      const again = () => isDirty() && form().requestSubmit();
      if (!waits(again)) form().requestSubmit();
    }
  });
  document.body.addEventListener("cell-saved", (event) => {
    const { cell, undo } = event.detail;
    paint(cell, { flash: true });
    if (undo) remember(undo);
    wish = { saved: true };
    forgetErrors();
    document.dispatchEvent(new CustomEvent("grid:written", { detail: [cell] }));
  });
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (!side.contains(event.detail.target)) return;
    sent = snapshot(form());
    isSaving = event.detail.requestConfig.verb === "post";
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (!side.contains(event.detail.target)) return;
    // A log-in page instead of the panel must not take the place of what was typed.
    if (event.detail.shouldSwap && !event.detail.serverResponse.includes('id="cell-panel"')) {
      event.detail.shouldSwap = false;
      forget();
      unheard(texts.expired);
    } else if (event.detail.shouldSwap) event.detail.shouldSwap = replaces(event);
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.target === side || event.target.id === "cell-panel") arrive();
  });
  const away = ({ verb }) => (verb === "get" ? texts.offline_open : texts.offline_form);
  for (const failure of ["htmx:sendError", "htmx:timeout"]) {
    document.body.addEventListener(failure, (event) => {
      if (side.contains(event.detail.target)) forget();
      unheard(away(event.detail.requestConfig));
    });
  }
  document.body.addEventListener("htmx:responseError", (event) => {
    const { xhr, requestConfig, target } = event.detail;
    if (side.contains(target)) forget();
    unheard(xhr.status === 403 ? refusedBecause(xhr.getResponseHeader("X-Refused")) : away(requestConfig));
  });
  window.addEventListener("beforeunload", (event) => {
    if (isDirty()) event.preventDefault();
  });
  // Changes made elsewhere on the page, by a key or a paste, end an untouched panel's being up to date.
  document.addEventListener("grid:written", (event) => {
    for (const state of event.detail) tell(state);
  });
  // By a link from elsewhere: the cell may stand far down the table.
  openCell()?.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (panel()) arrive();
}
