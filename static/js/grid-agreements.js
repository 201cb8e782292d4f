// Who agreed to the Greens of a block: one name chosen for many customers, and who is still without anybody.
const said = (text) => text.trim().toLocaleLowerCase();
// What stood in a choice before a name that is still being typed was found there.
const before = new WeakMap();

function chooseEverywhere(wanted, choices) {
  for (const select of choices) {
    if (before.has(select)) select.value = before.get(select);
    before.delete(select);
    const called = [...select.options].find((one) => wanted && [one.dataset.name, one.dataset.email].some((text) => text && said(text) === wanted));
    if (!called) continue;
    before.set(select, select.value);
    select.value = called.value;
  }
}

// One press, because a person says so: the champion of each customer for whom nobody is chosen yet.
function chooseChampions(choices) {
  for (const select of choices) {
    const champion = select.querySelector("[data-champion]");
    if (champion && !select.value) select.value = champion.value;
  }
}

// What the form says once somebody has chosen: the fields of the evidence, and the customers nobody is chosen for.
export function showAgreements(dialog) {
  const part = dialog.querySelector("[data-agreements]");
  if (!part) return;
  part.hidden = dialog.querySelector("[name=greens]:checked")?.value !== "evidence";
  for (const field of part.querySelectorAll("[name=kind], [name=agreed_on]")) field.required = !part.hidden;
  const without = [...part.querySelectorAll(".agreements li")].filter((row) => !row.querySelector("select")?.value);
  for (const row of part.querySelectorAll(".agreements li")) row.classList.toggle("is-open", without.includes(row));
  const box = part.querySelector("[data-agreements-open]");
  box.hidden = !without.length;
  box.querySelector("[data-agreements-names]").textContent = without.map((row) => row.querySelector("label").textContent).join(", ");
}

export function startAgreements(dialog) {
  const choices = () => dialog.querySelectorAll(".agreements select");
  dialog.addEventListener("input", (event) => {
    if (event.target.matches(".agreements select")) before.delete(event.target);
    if (event.target.matches("[data-agreed-by-all]")) chooseEverywhere(said(event.target.value), choices());
    showAgreements(dialog);
  });
  dialog.addEventListener("click", (event) => {
    if (!event.target.closest("[data-choose-champions]")) return;
    chooseChampions(choices());
    showAgreements(dialog);
  });
}
