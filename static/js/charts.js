// On a narrow screen a chart of quarters is scrolled to its end, where the running quarter stands.
for (const part of document.querySelectorAll("[data-scroll-end]")) {
  part.scrollLeft = part.scrollWidth;
}
