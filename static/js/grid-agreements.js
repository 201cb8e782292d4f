// Who agreed to the Greens of a block: one name chosen for many customers, and who is still without anybody.
const said = (text) => text.trim().toLocaleLowerCase();

function chooseEverywhere(wanted, choices) {
  for (const select of choices) {
    const called = [...select.options].find((one) => wanted && [one.dataset.name, one.dataset.email].some((text) => text && said(text) === wanted));
    const usual = [...select.options].find((one) => one.defaultSelected) ?? select.options[0];
    (called ?? usual).selected = true;
  }
}

// What the form says once somebody has chosen: the fields of the evidence, and the customers nobody is chosen for.
export function showAgreements(dialog) {
  const part = dialog.querySelector("[data-agreements]");
  if (!part) return;
  part.hidden = dialog.querySelector("[name=greens]:checked")?.value !== "evidence";
  const without = [...part.querySelectorAll(".agreements li")].filter((row) => !row.querySelector("select")?.value);
  for (const row of part.querySelectorAll(".agreements li")) row.classList.toggle("is-open", without.includes(row));
  const box = part.querySelector("[data-agreements-open]");
  box.hidden = !without.length;
  box.querySelector("[data-agreements-names]").textContent = without.map((row) => row.querySelector("label").textContent).join(", ");
}

export function startAgreements(dialog) {
  dialog.addEventListener("input", (event) => {
    if (event.target.matches("[data-agreed-by-all]")) chooseEverywhere(said(event.target.value), dialog.querySelectorAll(".agreements select"));
    showAgreements(dialog);
  });
}
