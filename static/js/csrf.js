// Logging in again in another tab changes the token: what was typed here before must still be saved.
const newest = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];

export const token = () => newest() ?? JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

function renew(event) {
  for (const field of event.target.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token();
}

document.addEventListener("submit", renew, true);
document.addEventListener("htmx:configRequest", (event) => {
  const { headers, parameters } = event.detail;
  headers["X-CSRFToken"] = token();
  if (parameters.csrfmiddlewaretoken) parameters.csrfmiddlewaretoken = token();
});
