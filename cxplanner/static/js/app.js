// What a page needs beyond HTML and htmx. Everything here is an improvement: without it all forms
// and links still work.
//
//   data-theme-choice   radio button with value light, dark or auto
//   data-dismiss        closes the toast or drawer it stands in, instead of following its link
//   data-dialog="id"    opens that dialog instead of following the link
//   data-close          closes the dialog it stands in
//   data-copy="text"    copies the text (an address that begins with / is made whole)
//   data-wide-open      this <details> came in by htmx: it opens where there is room beside the page
//   data-live           this element polls: it rests in a hidden tab, gets the event "wake" when the
//                       tab is seen again, and never swaps what somebody is typing in

const root = document.documentElement;

// Theme

function showTheme(choice) {
  if (choice === "light" || choice === "dark") root.dataset.theme = choice;
  else delete root.dataset.theme;
  for (const radio of document.querySelectorAll("[data-theme-choice]")) {
    radio.checked = radio.value === (choice ?? "auto");
  }
}

function keepTheme(choice) {
  try {
    if (choice === "auto") localStorage.removeItem("theme");
    else localStorage.setItem("theme", choice);
  } catch {
    // Forbidden storage: the choice holds for this page.
  }
}

showTheme(root.dataset.theme ?? "auto");
addEventListener("storage", (event) => {
  if (event.key === "theme") showTheme(event.newValue ?? "auto");
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-theme-choice]")) return;
  keepTheme(event.target.value);
  showTheme(event.target.value);
});

// Toasts: one that can be undone stays long enough to be read and reached

const TOAST_MS = 12_000;

function showToast(id) {
  const toast = document.getElementById(id)?.content.cloneNode(true);
  if (toast) document.getElementById("toasts").append(toast);
}

function retire(toast) {
  setTimeout(() => {
    if (toast.matches(":hover, :focus-within")) retire(toast);
    else toast.remove();
  }, TOAST_MS);
}

const toasts = document.getElementById("toasts");
if (toasts) {
  for (const toast of toasts.children) retire(toast);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node.matches?.(".toast")) retire(node);
    }
  }).observe(toasts, { childList: true });
}

// Clicks

document.addEventListener("click", async (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog?.showModal && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    dialog.showModal();
    return;
  }

  const closer = event.target.closest("[data-close]");
  if (closer?.closest("dialog")) {
    event.preventDefault();
    closer.closest("dialog").close();
    return;
  }

  const dismissed = event.target.closest("[data-dismiss]")?.closest(".toast, .drawer");
  if (dismissed) {
    event.preventDefault();
    dismissed.remove();
    return;
  }

  const copier = event.target.closest("[data-copy]");
  if (copier && navigator.clipboard) {
    event.preventDefault();
    const text = copier.dataset.copy;
    await navigator.clipboard.writeText(text.startsWith("/") ? new URL(text, location.href).href : text);
    showToast("toast-copied");
  }
});

// A click beside a dialog closes it, as Escape does
document.addEventListener("pointerdown", (event) => {
  if (event.target.matches("dialog[open]")) {
    const box = event.target.getBoundingClientRect();
    const inside =
      event.clientX >= box.x && event.clientX <= box.x + box.width &&
      event.clientY >= box.y && event.clientY <= box.y + box.height;
    if (!inside) event.target.close();
  }
});

// A second click while a form is on its way to its page sends nothing

const ON_ITS_WAY_MS = 10_000;
const leftAt = new WeakMap();

// On the window, behind all who send a form another way, or later.
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return;
  if (performance.now() - (leftAt.get(form) ?? -Infinity) < ON_ITS_WAY_MS) event.preventDefault();
  else leftAt.set(form, performance.now());
});
addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) leftAt.delete(form);
});

// htmx binds what it swapped in, and gives it the focus, some 20 ms later. Who acts sooner would send
// a plain form, or lose the focus from where they went; and a form that outlives later swaps would
// take it each time.
document.addEventListener("htmx:afterSwap", ({ target }) => {
  for (const one of target.querySelectorAll("form, [hx-post]")) htmx.process(one);
  const wanted = target.matches("[autofocus]") ? target : target.querySelector("[autofocus]");
  wanted?.focus();
  if (wanted && wanted === document.activeElement) wanted.removeAttribute("autofocus");
});

// Polling rests while nobody looks

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.elt.matches("[data-live]")) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const live of document.querySelectorAll("[data-live]")) htmx.trigger(live, "wake");
});

// What somebody types is never swapped away under their hands

const EDITABLE = "textarea, select, [contenteditable], input:not([type=button], [type=submit], [type=hidden])";
const typedAt = new WeakMap();
const sentAt = new WeakMap();

document.addEventListener("input", (event) => typedAt.set(event.target, performance.now()));
document.addEventListener("htmx:beforeSend", (event) => {
  sentAt.set(event.detail.xhr, performance.now());
});

function wouldLoseText(target, requester, xhr) {
  const field = document.activeElement;
  if (!field?.matches?.(EDITABLE) || !target.contains(field)) return false;
  const foreign = !requester?.contains(field) || requester.matches("[data-live]");
  return foreign || (typedAt.get(field) ?? 0) > (sentAt.get(xhr) ?? Infinity);
}

for (const name of ["htmx:beforeSwap", "htmx:oobBeforeSwap"]) {
  document.addEventListener(name, (event) => {
    const { target, requestConfig, xhr } = event.detail;
    if (wouldLoseText(target, requestConfig?.elt, xhr)) event.detail.shouldSwap = false;
  });
}

// A request that fails says so, where nothing else would

document.addEventListener("htmx:sendError", (event) => {
  if (!event.detail.elt.closest("[data-live], form[data-draft]")) showToast("toast-lost");
});
document.addEventListener("htmx:responseError", (event) => {
  if (!event.detail.elt.matches("[data-live]")) showToast("toast-failed");
});

// A panel beside the page is open; below it, on a phone, it waits folded

document.addEventListener("htmx:load", (event) => {
  if (!matchMedia("(width >= 75rem)").matches) return;
  for (const panel of event.target.querySelectorAll("[data-wide-open]")) panel.open = true;
});
