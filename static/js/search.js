// A search box: the arrow keys walk through what it suggests and back into the box, and letters go on with the search.
const WALKS = ["ArrowDown", "ArrowUp", "Escape"];

document.addEventListener("keydown", (event) => {
  const box = event.target.closest(".topsearch, .choice-search");
  if (!box) return;
  const stops = [box.querySelector("input"), ...box.querySelectorAll(".suggestions a, #customer-choices a")];
  const isLetter = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (isLetter) stops[0].focus();
  if (!WALKS.includes(event.key)) return;
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : -stops.length;
  const place = stops.indexOf(document.activeElement) + step;
  if (event.key === "Escape" && document.activeElement === stops[0]) {
    box.querySelector(".suggestions")?.replaceChildren();
    return;
  }
  event.preventDefault();
  stops[Math.max(0, Math.min(place, stops.length - 1))].focus();
});

// What was typed into a search of the page before the scripts were there is searched for once they are.
document.addEventListener("DOMContentLoaded", () => {
  for (const box of document.querySelectorAll("main input[type=search]")) {
    if (box.value !== box.defaultValue) box.dispatchEvent(new Event("search", { bubbles: true }));
  }
});
