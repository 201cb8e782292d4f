// On the demo's log-in page a click on a role fills in the form.
document.addEventListener("click", (event) => {
  const role = event.target.closest(".demo-role");
  if (!role) return;
  document.querySelector("input[name=login]").value = role.dataset.email;
  document.querySelector("input[name=password]").value = role.dataset.password;
  document.querySelector("form button.btn-primary").focus();
});
