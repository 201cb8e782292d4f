// Tells the person when the browser could not use a passkey, and hides the offer where no browser could.
document.addEventListener("allauth.error", (event) => {
  const message = document.getElementById("passkey-error");
  if (message) {
    event.preventDefault();
    message.hidden = false;
  }
});

if (!window.PublicKeyCredential) {
  for (const id of ["passkey_login", "mfa_webauthn_authenticate", "mfa_webauthn_add"]) {
    const button = document.getElementById(id);
    if (button) button.disabled = true;
  }
}
