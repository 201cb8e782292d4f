// The cells on the page: where they are, what they show, which one has the focus and which are selected.
export const texts = JSON.parse(document.getElementById("grid-texts").textContent);
export const grid = document.getElementById("rag-grid");

// The side columns before it have no cells.
const firstDimension = () => [...headers()].findIndex((header) => header.dataset.dimension);
const selection = { anchor: null, head: null };

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
export const cellOf = (target) => target?.closest?.("#rag-grid .cell") ?? null;
export const isEditable = (cell) => cell.closest("tr").hasAttribute("data-editable");

// Which customer and dimension a cell belongs to, in the words of the server and of people.
export function facts(cell) {
  const [, customer, dimension] = cell.id.match(/^rag-cell-(\d+)-(.+)$/);
  const header = headers()[cell.closest("td").cellIndex];
  return {
    customer,
    dimension,
    customerName: cell.closest("tr").querySelector(".grid-customer").textContent,
    dimensionName: header.querySelector("a").textContent,
    needsEvidence: header.hasAttribute("data-needs-evidence"),
  };
}

export const find = (customer, dimension) => document.getElementById(`rag-cell-${customer}-${dimension}`);

export function shown(cell) {
  const { customer, dimension } = facts(cell);
  const { status, version } = cell.dataset;
  return { customer, dimension, status, version: Number(version), note: "note" in cell.dataset, overdue: "overdue" in cell.dataset };
}

export function paint(state, { flash = false } = {}) {
  const cell = find(state.customer, state.dimension);
  if (!cell || state.version < Number(cell.dataset.version)) return null;
  cell.dataset.status = state.status;
  cell.dataset.version = state.version;
  cell.toggleAttribute("data-note", state.note);
  cell.toggleAttribute("data-overdue", state.overdue);
  cell.textContent = texts.letters[state.status];
  const words = [texts.labels[state.status], state.note && texts.note, state.overdue && texts.overdue];
  cell.setAttribute("aria-label", words.filter(Boolean).join(", "));
  if (flash) {
    cell.classList.remove("is-new");
    requestAnimationFrame(() => cell.classList.add("is-new"));
    setTimeout(() => cell.classList.remove("is-new"), 1700);
  }
  return cell;
}

const headers = () => grid.tHead.rows[1].cells;
const bodyRows = () => grid.tBodies[0].rows;

export function place(element) {
  const box = element.closest("td, th");
  const row = box.closest("thead") ? -1 : box.parentElement.sectionRowIndex;
  return { row, column: box.cellIndex };
}

function at(row, column) {
  const cells = row < 0 ? headers() : bodyRows()[row]?.cells;
  return cells?.[column]?.querySelector("a") ?? null;
}

export const size = () => ({ rows: bodyRows().length, columns: headers().length });

export const focusOn = (element) => element?.focus();

// The first cell that is not hidden behind the head of the scrolled table.
export function firstInSight() {
  const top = headers()[0].getBoundingClientRect().bottom - 1;
  return [...bodyRows()].find((row) => row.getBoundingClientRect().top >= top)?.querySelector(".cell") ?? null;
}

// The next element in a direction that can take the focus; side columns without a link are stepped over.
export function step(from, rows, columns) {
  const { rows: height, columns: width } = size();
  let { row, column } = place(from);
  do {
    row += rows;
    column += columns;
    if (row < -1 || row >= height || column < 0 || column >= width) return null;
  } while (!at(row, column));
  return at(row, column);
}

export function jump(from, { row, column }) {
  const here = place(from);
  const { rows, columns } = size();
  const wanted = Math.max(0, Math.min(rows - 1, row ?? here.row));
  return at(wanted, Math.min(columns - 1, column ?? here.column)) ?? at(wanted, firstDimension());
}

export const edges = () => ({ first: firstDimension(), last: size().columns - 1, bottom: size().rows - 1 });

export function select(anchor, head) {
  clearSelection();
  Object.assign(selection, { anchor, head });
  for (const line of block()) for (const cell of line) cell.closest("td").setAttribute("aria-selected", "true");
}

export function clearSelection() {
  for (const box of grid.querySelectorAll('[aria-selected="true"]')) box.removeAttribute("aria-selected");
  Object.assign(selection, { anchor: null, head: null });
}

export const anchor = () => selection.anchor;

// The selected cells row by row; the focused cell alone where nothing is selected.
export function block() {
  const { anchor: first, head: last } = selection;
  if (!first || !last) {
    const cell = cellOf(document.activeElement);
    return cell ? [[cell]] : [];
  }
  const [one, two] = [place(first), place(last)];
  const lines = [];
  for (let row = Math.min(one.row, two.row); row <= Math.max(one.row, two.row); row += 1) {
    const line = [];
    for (let column = Math.min(one.column, two.column); column <= Math.max(one.column, two.column); column += 1) {
      const cell = at(row, column);
      if (cell?.classList.contains("cell")) line.push(cell);
    }
    lines.push(line);
  }
  return lines;
}

// Customers and dimensions from a cell on to the last row and column: where a block that starts there may land.
export function reach(cell) {
  const { row, column } = place(cell);
  return {
    customers: [...bodyRows()].slice(row).map((line) => line.dataset.customer),
    dimensions: [...headers()].slice(column).map((header) => header.dataset.dimension),
  };
}
