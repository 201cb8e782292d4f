// Blocks: copied for a spreadsheet, pasted from one, filled down. Shown before they are saved.
import { block, cellOf, fill, focusOn, grid, reach, texts } from "./grid-cells.js";
import { showAgreements, startAgreements } from "./grid-agreements.js";
import { post, remember, takeBack, written } from "./grid-edits.js";
import { toast } from "./grid-toasts.js";

const dialog = document.getElementById("paste-dialog");
let origin = null;

const letters = (lines) => lines.map((line) => line.map((cell) => texts.letters[cell.dataset.status]).join("\t")).join("\n");

export function copy(event) {
  const lines = block();
  if (!lines.length || !cellOf(document.activeElement) || String(document.getSelection())) return;
  event.preventDefault();
  event.clipboardData.setData("text/plain", letters(lines));
  toast(fill(texts.copied, { count: lines.flat().length }));
}

// One value over a whole selection is repeated, as a spreadsheet does.
function spread(text, lines) {
  const single = text.trim() && !text.trim().includes("\t") && !text.trim().includes("\n");
  if (!single || lines.flat().length < 2) return text;
  return lines.map((line) => line.map(() => text.trim()).join("\t")).join("\n");
}

async function preview(cell, text, { source = "paste", mode = "auto" } = {}) {
  const { customers, dimensions } = reach(cell);
  origin = { cell, text, source };
  const answer = await post(grid.dataset.paste, {
    text,
    customers: customers.join(","),
    next: grid.dataset.next,
    query: grid.dataset.query,
    dimensions: dimensions.join(","),
    mode,
    source,
  });
  if (!answer) return;
  const { open } = dialog;
  await show(answer);
  const brief = dialog.querySelector("[data-brief]");
  if (brief && !open) toast(brief.textContent);
  else if (!open) dialog.showModal();
  begin();
}

async function show(answer) {
  const told = dialog.querySelector("#toasts");
  dialog.innerHTML = await answer.text();
  if (told) dialog.append(told);
  showAgreements(dialog);
}

// Enter saves at once what needs no thought; who has to say who agreed begins at the top.
function begin() {
  const first = dialog.querySelector(".paste-evidence, [role=alert]") ? "h2" : ".form-actions button";
  dialog.querySelector(first).focus();
  dialog.scrollTop = 0;
}

export function setBlock(status) {
  const lines = block();
  const letter = texts.letters[status] || "-";
  preview(lines[0][0], lines.map((line) => line.map(() => letter).join("\t")).join("\n"), { source: "fill", mode: "status" });
}

export function fillDown() {
  const lines = block();
  if (lines.length < 2) {
    toast(texts.select_more);
    return;
  }
  const top = lines[0].map((cell) => texts.letters[cell.dataset.status] || "-").join("\t");
  preview(lines[1][0], lines.slice(1).map(() => top).join("\n"), { source: "fill", mode: "status" });
}

async function save(form) {
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  const answer = await post(form.action, new FormData(form));
  if (!answer) {
    button.disabled = false;
    return;
  }
  if (!answer.headers.get("Content-Type").startsWith("application/json")) {
    await show(answer);
    // Whoever went away during the save reads all the same that nothing is saved.
    if (!dialog.open) dialog.showModal();
    begin();
    return;
  }
  const told = await answer.json();
  dialog.close();
  written(told.cells);
  const said = fill(texts.saved, { count: told.cells.length });
  if (!told.undo) {
    toast(said);
    return;
  }
  remember(told.undo);
  toast(said, { label: texts.undo, action: () => takeBack(told.undo) });
}

export function start() {
  startAgreements(dialog);
  document.addEventListener("paste", (event) => {
    const lines = block();
    if (!lines.length || !cellOf(document.activeElement) || grid.hasAttribute("aria-readonly")) return;
    event.preventDefault();
    preview(lines[0][0], spread(event.clipboardData.getData("text/plain"), lines));
  });
  dialog.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-paste-form]")) return;
    event.preventDefault();
    save(event.target);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-dialog-close]")) dialog.close();
    const mode = event.target.closest("[data-paste-mode]")?.dataset.pasteMode;
    if (mode) preview(origin.cell, origin.text, { source: origin.source, mode });
  });
  dialog.addEventListener("close", () => focusOn(origin?.cell));
}
