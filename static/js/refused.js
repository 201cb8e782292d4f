// What was refused comes back with the cursor where something is wrong, as the browser's own checks do.
const REFUSED = [409, 422];
const isShown = (element) => element.offsetParent !== null;
const found = (marks) => [...document.querySelectorAll(`main :is(${marks}):not(:disabled)`)].find(isShown);

const isRefused = REFUSED.includes(performance.getEntriesByType("navigation")[0]?.responseStatus);
const wrong = found(".is-invalid, [aria-invalid=true]") ?? found(".alert-danger") ?? (isRefused && found("[role=alert]"));

if (wrong && document.activeElement === document.body) {
  if (!wrong.matches("input, select, textarea")) wrong.tabIndex = -1;
  wrong.focus({ preventScroll: true });
  wrong.scrollIntoView({ block: "center" });
}
