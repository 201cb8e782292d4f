// A box with data-tick-all ticks every box of that name in its form, and is ticked itself only while all of them are.
document.addEventListener("change", ({ target }) => {
  const all = target.form?.querySelector("[data-tick-all]");
  if (!all) return;
  const boxes = [...target.form.elements].filter((one) => one.type === "checkbox" && one.name === all.dataset.tickAll);
  if (target === all) for (const one of boxes) one.checked = all.checked;
  else all.checked = boxes.every((one) => one.checked);
});
