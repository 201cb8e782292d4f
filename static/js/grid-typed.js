// What a person types into a panel while another one is on its way to take its place.
const OWN = ":not([type=hidden]):not([type=submit]):not(button)";

const fields = (form) => [...(form?.elements ?? [])].filter((field) => field.matches(OWN) && field.name);
const isTicked = (field) => field.type === "radio" || field.type === "checkbox";
const nameOf = (field) => (isTicked(field) ? `${field.name}=${field.value}` : field.name);
const valueOf = (field) => (isTicked(field) ? field.checked : field.type === "file" ? field.files : field.value);

// Every field with what stands in it now.
export const snapshot = (form) => new Map(fields(form).map((field) => [nameOf(field), valueOf(field)]));

// The fields that say something else than they did then, where the person is writing, and which files are chosen.
export function since(form, then) {
  const chosen = fields(form).filter((field) => field.files?.length);
  const files = new Map(chosen.map((field) => [field.name, field.files]));
  const changed = new Map([...snapshot(form)].filter(([name, value]) => then.has(name) && then.get(name) !== value));
  const at = document.activeElement;
  const place = form?.contains(at) ? { name: nameOf(at), start: at.selectionStart, end: at.selectionEnd } : null;
  return { changed, place, files };
}

// Of a form that was refused the server sends no file back, but this page still has it.
export function chooseAgain(form, { files }) {
  const asked = form.querySelector("[data-file-again]");
  const field = asked && fields(form).find((one) => files.has(one.name));
  if (!field) return;
  field.files = files.get(field.name);
  asked.remove();
}

// What the fields of a conflict's table say is what was sent; what was written since is what would be kept.
export function tellKept(table, form, { changed }) {
  for (const field of fields(form).filter((one) => changed.has(nameOf(one)) && (!isTicked(one) || one.checked))) {
    const cell = table?.querySelector(`[data-field="${field.name}"] td:last-child`);
    const words = field.selectedOptions?.[0]?.text ?? (isTicked(field) ? field.labels[0]?.textContent : field.value);
    if (cell) cell.textContent = words.trim() || "–";
  }
}

// Put it into the form that came; returns what has no field there any more.
export function putBack(form, { changed, place }) {
  const there = new Map(fields(form).map((field) => [nameOf(field), field]));
  for (const [name, value] of changed) {
    const field = there.get(name);
    if (field && isTicked(field)) field.checked = value;
    else if (field?.type === "file") field.files = value;
    else if (field) field.value = value;
  }
  const field = there.get(place?.name);
  field?.focus({ preventScroll: true });
  if (field?.matches("textarea")) field.setSelectionRange(place.start, place.end);
  return [...changed].filter(([name, value]) => !there.has(name) && typeof value === "string" && value).map(([, value]) => value);
}
