// What was typed into a plain form comes back when it was not taken: its person had been logged out, or it was too much.
// What was left before it was sent comes back to who loads the page again, or goes back or forward to it.
// It is kept in this tab alone until an answer about it is there, or it is saved or discarded later: never of forms with
// passwords or files, nor what is unchanged.
const KEY = "typed ";
const KEPT_FOR = 30 * 60_000;
const { person, typedAgain, typedDiscard } = document.body.dataset;
const cameBack = ["reload", "back_forward"].includes(performance.getEntriesByType("navigation")[0]?.type);
// What becomes of a form here: "sent", "lost" when it was not taken, or "left" before it was sent.
let isSent = false;
let unsent = "left";

const target = (form) => new URL(form.getAttribute("action") || location.href, location.href).pathname;
// A form that fills its page, or a deed on the page of what it is done to, whose reason took somebody a while to write.
const isPlain = (form) =>
  form.getAttribute("method")?.toLowerCase() === "post" &&
  (target(form) === location.pathname || form.querySelector("textarea")) &&
  !form.hasAttribute("hx-post") &&
  !form.querySelector("[type=password], [type=file]");
const plainForms = () => [...document.forms].filter(isPlain);
const page = () => location.pathname + location.search;
const ofThisPage = () => KEY + page();
const isTicked = (field) => ["checkbox", "radio"].includes(field.type);
const isTyped = (field) => field.name && (field.matches("textarea, select") || (field.matches("input") && field.type !== "hidden"));
const called = (form, name) => [...form.elements].filter((field) => field.name === name);

// Where no option of a list is marked, the browser chooses the first that can be.
function isGiven(select, option) {
  const options = [...select.options];
  if (select.multiple || options.some((one) => one.defaultSelected)) return option.defaultSelected;
  return option === options.find((one) => !one.disabled);
}

function isChanged(field) {
  if (isTicked(field)) return field.checked !== field.defaultChecked;
  if (field.matches("select")) return [...field.options].some((one) => one.selected !== isGiven(field, one));
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

// What is longer than a browser keeps goes without; each browser calls that error something else.
function store(key, told) {
  sessionStorage.removeItem(key);
  try {
    sessionStorage.setItem(key, JSON.stringify(told));
  } catch {
    return;
  }
}

const changed = (form) => [...form.elements].filter((field) => isTyped(field) && isChanged(field));

// Whether there is anything to keep.
function keep(form, state) {
  const typed = changed(form).map((field) => [field.name, called(form, field.name).indexOf(field), valueOf(field)]);
  const told = { person, form: plainForms().indexOf(form), target: target(form), at: Date.now(), typed, state };
  if (typed.length) store(ofThisPage(), told);
  else sessionStorage.removeItem(ofThisPage());
  return typed.length > 0;
}

// What was saved says so on the next page, be it the log-in page because its person logged out in another tab meanwhile.
const wasTaken = () => document.querySelector(".message-success") && !document.querySelector(".message-warning");

// A page for nobody in particular instead of the answer: the form was not taken. Any other answer was about the form.
// Who opens a form again by a link wants a fresh one, and who logs out leaves nothing behind.
function arrive() {
  const asked = KEY + (person ? page() : new URLSearchParams(location.search).get("next"));
  for (const key of Object.keys(sessionStorage).filter((one) => one.startsWith(KEY))) {
    const kept = JSON.parse(sessionStorage.getItem(key));
    const isAnswered = kept.state === "sent" && (person || wasTaken());
    const isOfAnother = person && kept.person !== person;
    const isGivenUp = kept.state === "left" && (key === asked ? !cameBack : !person);
    if (Date.now() - kept.at > KEPT_FOR || isAnswered || isOfAnother || isGivenUp) sessionStorage.removeItem(key);
    else if (!person || kept.state === "sent") store(key, { ...kept, state: "lost" });
  }
  const kept = person && sessionStorage.getItem(ofThisPage());
  if (kept) restore(JSON.parse(kept));
}

function restore({ form: number, target: address, typed, state }) {
  const form = plainForms()[number];
  // Meanwhile the page may offer other deeds, and a reason to refuse is none to accept.
  if (!form || target(form) !== address) return;
  form.closest("details")?.setAttribute("open", "");
  const fields = typed.map(([name, nth]) => called(form, name)[nth]);
  fields.forEach((field, place) => {
    if (field && isTyped(field)) putBack(field, typed[place][2]);
  });
  if (!keep(form, state)) return;
  unsent = state;
  const goOn = () => keep(form, state);
  form.addEventListener("input", goOn);
  tell(form, () => {
    form.removeEventListener("input", goOn);
    unsent = "left";
    sessionStorage.removeItem(ofThisPage());
    form.reset();
    for (const field of fields) field?.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

function tell(form, discard) {
  const words = Object.assign(document.createElement("p"), { className: "message message-warning", textContent: `${typedAgain} ` });
  const button = Object.assign(document.createElement("button"), { className: "link-button", type: "button", textContent: typedDiscard });
  words.setAttribute("role", "status");
  words.append(button);
  button.addEventListener("click", () => {
    discard();
    words.remove();
    [...form.elements].find((field) => isTyped(field) && !field.disabled)?.focus();
  });
  form.prepend(words);
}

document.addEventListener("submit", (event) => {
  if (!person || event.defaultPrevented || !isPlain(event.target)) return;
  isSent = true;
  keep(event.target, "sent");
});
// A browser that keeps the whole page may throw it away before its person comes back, so it is kept here all the same.
window.addEventListener("pagehide", () => {
  if (!person || isSent) return;
  const form = plainForms().find((one) => changed(one).length);
  if (form) keep(form, unsent);
  else if (JSON.parse(sessionStorage.getItem(ofThisPage()))?.state === "left") sessionStorage.removeItem(ofThisPage());
});
arrive();
