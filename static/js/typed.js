// What was typed into a plain form comes back when its person had been logged out on the way. It is kept in this tab
// alone until the answer is there, or its person is back: never of forms with passwords or files, nor what is unchanged.
const KEY = "typed";
const KEPT_FOR = 30 * 60_000;
const { person, typedAgain } = document.body.dataset;

const isPlain = (form) =>
  form.getAttribute("method")?.toLowerCase() === "post" &&
  new URL(form.getAttribute("action") || location.href, location.href).pathname === location.pathname &&
  !form.querySelector("[type=password], [type=file]");
const plainForms = () => [...document.forms].filter(isPlain);
const page = () => location.pathname + location.search;
const isTicked = (field) => ["checkbox", "radio"].includes(field.type);
const isTyped = (field) => field.name && (field.matches("textarea, select") || (field.matches("input") && field.type !== "hidden"));
const called = (form, name) => [...form.elements].filter((field) => field.name === name);

function isChanged(field) {
  if (isTicked(field)) return field.checked !== field.defaultChecked;
  if (field.matches("select")) return [...field.options].some((one) => one.selected !== one.defaultSelected);
  return field.value !== field.defaultValue;
}

function valueOf(field) {
  if (isTicked(field)) return field.checked;
  return field.matches("select") ? [...field.selectedOptions].map((one) => one.value) : field.value;
}

function putBack(field, value) {
  if (isTicked(field)) field.checked = value;
  else if (field.matches("select")) for (const one of field.options) one.selected = value.includes(one.value);
  else field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function keep(form) {
  const fields = [...form.elements].filter((field) => isTyped(field) && isChanged(field));
  const typed = fields.map((field) => [field.name, called(form, field.name).indexOf(field), valueOf(field)]);
  const told = { page: page(), person, form: plainForms().indexOf(form), at: Date.now(), typed };
  if (typed.length) sessionStorage.setItem(KEY, JSON.stringify(told));
}

// What was saved says so on the next page, be it the log-in page because its person logged out in another tab meanwhile.
const wasTaken = () => document.querySelector(".message-success") && !document.querySelector(".message-warning");

// A page for nobody in particular instead of the answer: the form was not taken. Any other answer was about the form.
function arrive() {
  const kept = JSON.parse(sessionStorage.getItem(KEY));
  if (!kept) return;
  sessionStorage.removeItem(KEY);
  if (Date.now() - kept.at > KEPT_FOR || (!kept.wasLost && wasTaken())) return;
  const isMine = kept.wasLost && kept.person === person;
  if (isMine && kept.page === page()) restore(kept);
  else if (isMine || !person) sessionStorage.setItem(KEY, JSON.stringify({ ...kept, wasLost: true }));
}

function restore({ form: number, typed }) {
  const form = plainForms()[number];
  if (!form) return;
  for (const [name, nth, value] of typed) {
    const field = called(form, name)[nth];
    if (field && isTyped(field)) putBack(field, value);
  }
  const words = Object.assign(document.createElement("p"), { className: "message message-warning", textContent: typedAgain });
  words.setAttribute("role", "status");
  form.prepend(words);
}

document.addEventListener("submit", (event) => {
  if (person && !event.defaultPrevented && isPlain(event.target)) keep(event.target);
});
arrive();
