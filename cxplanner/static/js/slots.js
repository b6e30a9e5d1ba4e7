// Forms that open in their place, and menus of acts. Everything here is also a link or a page.
//
//   data-opens="slot"   opens a form in that slot; one that is open already is kept, or put away
//   data-closes="slot"  puts the form of that slot away
//   details.acts        a menu, which a click beside it or Escape closes

function isChanged(form) {
  if (form.matches("[data-merge]")) return true;
  return [...form.elements].some((field) => {
    if (field.type === "hidden") return false;
    if (field.type === "radio" || field.type === "checkbox") {
      return field.checked !== field.defaultChecked;
    }
    if (field.options) return [...field.options].some((one) => one.selected !== one.defaultSelected);
    return "defaultValue" in field && field.value !== field.defaultValue;
  });
}

function putAway(slot) {
  slot.replaceChildren();
  document.querySelector(`[data-opens="${slot.id}"]`)?.focus();
}

// A form that is open is not fetched again over what was typed into it

document.addEventListener("htmx:beforeRequest", (event) => {
  const slot = document.getElementById(event.target.dataset?.opens);
  event.target.closest("details.acts")?.removeAttribute("open");
  const form = slot?.querySelector("form");
  if (!form) return;
  event.preventDefault();
  if (isChanged(form)) form.querySelector("textarea, input:not([type=hidden])")?.focus();
  else putAway(slot);
});

document.addEventListener("click", (event) => {
  const slot = document.getElementById(event.target.closest("[data-closes]")?.dataset.closes);
  if (slot) {
    event.preventDefault();
    putAway(slot);
  }
  for (const menu of document.querySelectorAll("details.acts[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// Focus follows into a form that opens; a refused one shows what is wrong

document.addEventListener("htmx:afterSettle", (event) => {
  if (!event.target.matches(".slot")) return;
  const wrong = event.target.querySelector("[aria-invalid=true], [role=alert]");
  (wrong?.matches("[role=alert]") ? null : wrong ?? event.target.querySelector("textarea"))?.focus();
  if (wrong) wrong.scrollIntoView({ block: "nearest" });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.acts[open]");
  menu?.removeAttribute("open");
  menu?.querySelector("summary").focus();
});
