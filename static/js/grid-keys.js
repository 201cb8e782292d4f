// The keyboard of the grid, as people know it from a spreadsheet.
import { anchor, block, cellOf, clearSelection, edges, firstInSight, focusOn, grid, jump, place, select, step } from "./grid-cells.js";
import { copy, fillDown, setBlock } from "./grid-blocks.js";
import { redoLast, setStatus, undoLast } from "./grid-edits.js";
import { close, open } from "./grid-panel.js";

const STATUSES = { r: "red", a: "amber", g: "green", Backspace: "", Delete: "" };
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const LEAP = 10;

export const openForEvidence = (cell) => open(cell, { status: "green", focus: "contact" });

function target(from, event) {
  const { row } = place(from);
  const { first, last, bottom } = edges();
  const far = event.ctrlKey || event.metaKey;
  if (event.key === "Home") return jump(from, { row: far ? 0 : row, column: far ? first : 0 });
  if (event.key === "End") return jump(from, { row: far ? bottom : row, column: last });
  if (event.key === "PageUp") return jump(from, { row: row - LEAP });
  if (event.key === "PageDown") return jump(from, { row: row + LEAP });
  return step(from, ...ARROWS[event.key]);
}

function move(from, event) {
  event.preventDefault();
  const to = target(from, event);
  if (!to) return;
  const first = anchor() ?? from;
  if (event.shiftKey && cellOf(to) && cellOf(first)) {
    focusOn(to);
    select(first, to);
    return;
  }
  clearSelection();
  focusOn(to);
}

function shortcut(event) {
  const actions = { z: event.shiftKey ? redoLast : undoLast, y: redoLast, d: fillDown, Z: redoLast };
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

function set(cell, key) {
  const status = STATUSES[key];
  if (block().flat().length > 1) setBlock(status);
  else setStatus(cell, status, openForEvidence);
}

function press(event) {
  const from = event.target.closest("a");
  if (!from || event.defaultPrevented || event.altKey) return;
  if (event.key in ARROWS || ["Home", "End", "PageUp", "PageDown"].includes(event.key)) return move(from, event);
  if (event.key === "Escape") return block().flat().length > 1 ? clearSelection() : close();
  if (event.ctrlKey || event.metaKey) return shortcut(event);
  const cell = cellOf(from);
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (!cell) return undefined;
  if (key in STATUSES) {
    event.preventDefault();
    set(cell, key);
  } else if (key === "n") {
    event.preventDefault();
    open(cell, { focus: "note" });
  }
  return undefined;
}

// As in a spreadsheet, the first arrow on a page on which nothing has the focus leads into the grid: to where it was, to
// the cell that is open, or to the first one in sight.
let wasHere = false;

function enter(event) {
  const isFree = document.activeElement === document.body || document.activeElement.id === "main";
  const isModified = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
  if (!(event.key in ARROWS) || !isFree || isModified) return;
  const last = wasHere ? grid.querySelector('tbody [tabindex="0"]') : null;
  const to = last ?? grid.querySelector(".cell.is-open") ?? firstInSight();
  if (!to) return;
  event.preventDefault();
  focusOn(to);
}

export function start() {
  grid.addEventListener("keydown", press);
  grid.addEventListener("focusin", (event) => {
    if (event.target.matches("tbody a")) {
      wasHere = true;
      for (const other of grid.querySelectorAll('tbody [tabindex="0"]')) if (other !== event.target) other.tabIndex = -1;
      event.target.tabIndex = 0;
    }
  });
  grid.addEventListener("click", (event) => {
    const cell = cellOf(event.target);
    const first = anchor() ?? cellOf(document.activeElement);
    if (cell && event.shiftKey && first) {
      event.preventDefault();
      select(first, cell);
    } else if (cell) clearSelection();
  });
  document.addEventListener("copy", copy);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    document.getElementById("keys-dialog").showModal();
  });
  const begin = grid.querySelector(".cell.is-open") ?? grid.querySelector("tbody .cell");
  if (begin) begin.tabIndex = 0;
  document.addEventListener("keydown", enter);
}
