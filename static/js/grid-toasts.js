// Short lines at the foot of the page: what was done, what went wrong, and a way back.
const SHOWN_FOR = 8000;

// Of several lines about one matter the newest holds.
export function toast(message, { action, label, isError = false, matter } = {}) {
  const box = document.getElementById("toasts");
  comeForward(box);
  const line = document.createElement("p");
  line.className = `toast-line${isError ? " is-error" : ""}`;
  if (matter) line.dataset.matter = matter;
  line.append(Object.assign(document.createElement("span"), { textContent: message }));
  if (action) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
    button.addEventListener("click", () => {
      line.remove();
      action();
    });
    line.append(button);
  }
  const isSame = (one) => one.firstElementChild.textContent === message || (matter && one.dataset.matter === matter);
  for (const same of [...box.children].filter(isSame)) same.remove();
  // What was done last is what can be undone; an error stays until it was read.
  for (const old of box.querySelectorAll(".toast-line:not(.is-error)")) old.remove();
  while (box.children.length > 2) box.firstElementChild.remove();
  box.append(line);
  setTimeout(() => line.remove(), SHOWN_FOR + (isError ? 4000 : 0));
}

// What stands behind an open dialog is veiled: the lines go into it, and out again when it closes.
function comeForward(box) {
  const dialog = document.querySelector("dialog:modal");
  if (!dialog || dialog.contains(box)) return;
  const home = box.parentElement;
  dialog.append(box);
  dialog.addEventListener("close", () => home.append(box), { once: true });
}

// The server could not be reached, or did not do what it was asked.
export const unheard = (message) => toast(message, { isError: true, matter: "server" });

// What could not be saved has been saved since.
export function forgetErrors() {
  for (const line of document.querySelectorAll("#toasts .is-error")) line.remove();
}
