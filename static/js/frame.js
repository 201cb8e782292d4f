// What every page has: "/" goes to the search box, Escape and a click elsewhere close open menus, a form is sent once.
const typing = (element) => element.closest("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !typing(event.target)) {
    const search = document.querySelector(".topbar input[type=search]");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
  if (event.key === "Escape") {
    const open = event.target.closest("details.menu[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  }
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// A second press while the first is on its way would enter the same customer twice.
const SENDING = 5_000;
let sent = new WeakSet();

// The back button brings a page with its scripts as they were.
window.addEventListener("pageshow", () => {
  sent = new WeakSet();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  setTimeout(() => sent.delete(form), SENDING);
});
