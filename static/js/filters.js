// A select that acts at once waits while somebody chooses by keys: each letter and each arrow is a choice of its own, and
// the list that comes may bring the select anew. Browsers, too, take letters after such a pause for another word.
const PAUSE = 1_000;
// The select that a key was pressed in last, and the one whose choice has not acted yet.
let typedIn, waiting, timer;

const acting = (select) => select.closest('[hx-trigger*="change"]');
const isAsking = (select) => acting(select).matches("[hx-get]");

function act() {
  const select = waiting;
  clearTimeout(timer);
  waiting = undefined;
  if (!select.isConnected) return;
  // An answer to an earlier choice would take the place of what is asked now. What is saved is not called off.
  if (isAsking(select)) acting(select).dispatchEvent(new CustomEvent("htmx:abort", { bubbles: true, detail: {} }));
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

function wait() {
  clearTimeout(timer);
  timer = setTimeout(act, PAUSE);
}

document.addEventListener("keydown", (event) => {
  typedIn = event.target.matches("select") && event.key !== "Enter" ? event.target : undefined;
  if (!waiting) return;
  if (typedIn === waiting) wait();
  else act();
}, true);

document.addEventListener("pointerdown", () => {
  typedIn = undefined;
}, true);

document.addEventListener("change", (event) => {
  if (!event.isTrusted || event.target !== typedIn || !acting(typedIn)) return;
  event.stopImmediatePropagation();
  waiting = typedIn;
  wait();
}, true);

document.addEventListener("focusout", (event) => {
  if (waiting && event.target === waiting) act();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (waiting && isAsking(waiting) && event.detail.target.contains(waiting)) event.detail.shouldSwap = false;
});
