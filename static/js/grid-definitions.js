// The written definition of a dimension, shown while its header has the focus or the pointer.
const tip = document.getElementById("grid-definition");
const GAP = 8;
let timer = null;

function show(link) {
  clearTimeout(timer);
  const title = Object.assign(document.createElement("strong"), { textContent: link.textContent });
  tip.replaceChildren(title, document.getElementById(link.getAttribute("aria-describedby")).textContent);
  tip.hidden = false;
  const box = link.getBoundingClientRect();
  const left = Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - GAP);
  tip.style.left = `${Math.max(GAP, left)}px`;
  tip.style.top = `${box.bottom + GAP}px`;
}

const hide = () => {
  tip.hidden = true;
};
const hideSoon = () => {
  timer = setTimeout(hide, 200);
};

export function start(grid) {
  const described = (event) => event.target.closest?.(".grid-dimension a");
  for (const name of ["focusin", "mouseover"]) {
    grid.addEventListener(name, (event) => described(event) && show(described(event)));
  }
  for (const name of ["focusout", "mouseout"]) {
    grid.addEventListener(name, (event) => described(event) && hideSoon());
  }
  tip.addEventListener("mouseenter", () => clearTimeout(timer));
  tip.addEventListener("mouseleave", hideSoon);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  document.addEventListener("scroll", hide, true);
}
