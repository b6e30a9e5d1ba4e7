// What is typed and not saved yet is kept in this browser and offered back: after a reload, a lost
// connection or an ended session. Without this script forms work as ever.
//
//   data-me             on the body: whose drafts these are
//   data-draft          a form whose words are kept; its value names the draft (else its address
//                       does). "all": its hidden fields are words too
//   data-unsaved        the server gave this form back with words that are not saved
//   data-merge          a form that shows two versions; `pick-…` are choices, not words
//
// A draft knows the version its form was opened at and gives it back too: if somebody else was
// faster, saving it shows both. Passwords, files, tokens and hidden fields are never kept.

const me = document.body.dataset.me;
const OURS = "draft:";
const MINE = `${OURS}${me}:`;
const KEPT_MS = 30 * 24 * 3600 * 1000;
const PAUSE_MS = 300;
const ASK_MS = 10_000;
const NEVER = ["password", "file", "submit", "button", "reset", "image"];
const NOT_WORDS = ["csrfmiddlewaretoken", "version", "draft"];

// The browser's store; where it is forbidden or full, nothing is kept and nothing breaks

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, draft) {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // Full or forbidden.
  }
}

function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // Forbidden.
  }
}

function drafts(prefix = MINE) {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return [];
  }
}

// A form's words

const here = () => location.pathname + location.search;
const formOf = (node) => node.closest?.("form[data-draft]");
const addressOf = (form) => (form.getAttribute("action") || here()).split("#")[0];

function nameOf(form) {
  const name = form.dataset.draft;
  return name && name !== "all" ? name : addressOf(form);
}

const keyOf = (form) => MINE + nameOf(form);

function fieldsOf(form) {
  const hidden = form.dataset.draft === "all" ? [] : ["hidden"];
  return [...form.elements].filter(
    (field) =>
      field.name && !NEVER.includes(field.type) && !hidden.includes(field.type) &&
      !NOT_WORDS.includes(field.name) && !field.name.startsWith("pick-"),
  );
}

function chosen(select, pristine) {
  const options = [...select.options];
  const found = options.filter((one) => (pristine ? one.defaultSelected : one.selected));
  return found.length || select.multiple ? found : options.slice(0, 1);
}

function wordsIn(form, { pristine = false } = {}) {
  return fieldsOf(form).flatMap((field) => {
    if (field.type === "radio" || field.type === "checkbox") {
      return (pristine ? field.defaultChecked : field.checked) ? [[field.name, field.value]] : [];
    }
    if (field.options) return chosen(field, pristine).map((one) => [field.name, one.value]);
    return [[field.name, pristine ? field.defaultValue : field.value]];
  });
}

// A form opened in place folds its empty rows differently than a page may: empty words are none,
// and so is space alone.
const same = (one, other) => {
  const said = (words) => JSON.stringify(words.filter(([, value]) => value.trim() !== ""));
  return said(one) === said(other);
};

function putBack(form, draft) {
  const words = draft.words.map((pair) => [...pair]);
  const take = (name) => words.findIndex(([other]) => other === name);
  for (const field of fieldsOf(form)) {
    if (field.type === "radio" || field.type === "checkbox") {
      field.checked = words.some(([name, value]) => name === field.name && value === field.value);
    } else if (field.options) {
      for (const option of field.options) {
        option.selected = words.some(([name, value]) => name === field.name && value === option.value);
      }
    } else if (take(field.name) >= 0) {
      [[, field.value]] = words.splice(take(field.name), 1);
    }
  }
  const version = form.querySelector("input[name=version]");
  if (version && draft.version) version.value = draft.version;
  for (const fold of form.querySelectorAll("details")) fold.open = true;
  fieldsOf(form)[0]?.dispatchEvent(new Event("input", { bubbles: true }));
}

// Keeping

const waiting = new Map();

function keep(form) {
  waiting.delete(form);
  const words = wordsIn(form);
  const isUntouched = !("unsaved" in form.dataset) && same(words, wordsIn(form, { pristine: true }));
  if (isUntouched) return forget(keyOf(form));
  const version = form.querySelector("input[name=version]")?.value;
  write(keyOf(form), { words, version, at: Date.now(), page: here(), address: addressOf(form) });
}

function keepAll() {
  for (const [form, timer] of waiting) {
    clearTimeout(timer);
    keep(form);
  }
}

for (const name of ["input", "change"]) {
  document.addEventListener(name, (event) => {
    const form = formOf(event.target);
    if (!form) return;
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(() => keep(form), PAUSE_MS));
  });
}
addEventListener("pagehide", keepAll);
document.addEventListener("visibilitychange", keepAll);
document.addEventListener("reset", (event) => {
  const form = formOf(event.target);
  if (form) setTimeout(() => keep(form));
});

// Offering back

function notice(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

function whenOf(at) {
  const [then, now] = [new Date(at), new Date()];
  const day = then.toDateString() === now.toDateString() ? {} : { day: "numeric", month: "long" };
  const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return then.toLocaleString(document.documentElement.lang, { ...day, ...time });
}

function labelOf(form, name) {
  const field = form.elements[name];
  const label = field?.labels?.[0] ?? field?.[0]?.closest("fieldset")?.querySelector("legend");
  return label?.firstChild?.textContent.trim() || "";
}

function offer(draft, form) {
  const shown = notice("draft-offer");
  shown.querySelector("time").textContent = whenOf(draft.at);
  const list = shown.querySelector("dl");
  const now = form ? wordsIn(form) : [];
  for (const [name, value] of draft.words) {
    const isText = !form || form.elements[name]?.matches?.("textarea, input");
    if (!value || !isText || now.some(([other, said]) => other === name && said === value)) continue;
    const [label, words] = [document.createElement("dt"), document.createElement("dd")];
    [label.textContent, words.textContent, words.dir] = [form ? labelOf(form, name) : "", value, "auto"];
    list.append(label, words);
  }
  list.closest("details").hidden = !list.children.length || !form;
  const version = form?.querySelector("input[name=version]")?.value;
  shown.querySelector("[data-changed]").hidden = !version || !draft.version || version === draft.version;
  return shown;
}

function offerIn(form, key, draft) {
  const shown = offer(draft, form);
  shown.querySelector("[data-open]").remove();
  shown.querySelector("[data-restore]").addEventListener("click", () => {
    shown.remove();
    putBack(form, draft);
    keep(form);
    form.querySelector("textarea, input:not([type=hidden])")?.focus();
  });
  shown.querySelector("[data-discard]").addEventListener("click", () => {
    forget(key);
    shown.remove();
  });
  form.prepend(shown);
}

function offerElsewhere(key, draft) {
  const shown = offer(draft, null);
  shown.querySelector("[data-restore]").remove();
  shown.querySelector("[data-open]").href = draft.address;
  shown.querySelector("[data-discard]").addEventListener("click", () => {
    forget(key);
    shown.remove();
  });
  shown.dataset.key = key;
  document.querySelector(".page > .head")?.after(shown);
}

function look() {
  const found = new Set();
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const key = keyOf(form);
    found.add(key);
    if (form.draftSeen) continue;
    form.draftSeen = true;
    if (!form.elements.draft) {
      const name = Object.assign(document.createElement("input"), { type: "hidden", name: "draft", value: nameOf(form) });
      form.append(name);
    }
    const draft = read(key);
    if (!draft || "unsaved" in form.dataset) continue;
    if (!same(draft.words, wordsIn(form))) offerIn(form, key, draft);
    else if (same(draft.words, wordsIn(form, { pristine: true }))) forget(key);
  }
  for (const shown of document.querySelectorAll(".unsaved[data-key]")) {
    if (found.has(shown.dataset.key)) shown.remove();
  }
  return found;
}

function start() {
  for (const key of drafts()) if (!(Date.now() - read(key)?.at < KEPT_MS)) forget(key);
  const saved = document.cookie.split("; ").find((one) => one.startsWith("saved="));
  if (saved) {
    forget(MINE + decodeURIComponent(saved.slice("saved=".length)));
    document.cookie = "saved=; Max-Age=0; Path=/; SameSite=Lax";
  }
  const found = look();
  for (const key of drafts()) {
    const draft = read(key);
    const isNamedByAddress = draft?.address === key.slice(MINE.length);
    if (!found.has(key) && isNamedByAddress && draft.page === here()) offerElsewhere(key, draft);
  }
}

// Saved in place: the server is content and does not give the form back

document.addEventListener("htmx:afterSettle", look);
document.addEventListener("htmx:afterRequest", (event) => {
  const elt = event.detail.requestConfig.elt; // the form itself may be gone from the page
  if (!event.detail.successful || !elt.matches("form[data-draft]")) return;
  const key = keyOf(elt);
  clearTimeout(waiting.get(elt));
  waiting.delete(elt);
  const given = [...document.querySelectorAll("form[data-draft][data-unsaved]")];
  if (given.some((form) => form !== elt && keyOf(form) === key)) return;
  forget(key);
});

document.addEventListener("submit", (event) => {
  const isLeaving = event.target.getAttribute("action")?.split("?")[0].endsWith("/logout/");
  keepAll();
  if (isLeaving) for (const key of drafts(me ? MINE : OURS)) forget(key);
});

// No connection: the form stays, says so, and can be sent again

function tellLost(form) {
  form.querySelector(".lost")?.remove();
  const shown = notice("draft-lost");
  form.prepend(shown);
  shown.querySelector("button").focus();
}

document.addEventListener("htmx:beforeSend", (event) => {
  const { elt } = event.detail;
  if (elt.matches("form[data-draft]")) elt.querySelector(".lost")?.remove();
});
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (event.detail.elt.matches("form[data-draft]")) tellLost(event.detail.elt);
  });
}

// A plain form leaves the page when it is sent: first see whether there is somebody to send it to
const [asking, reached] = [new WeakSet(), new WeakSet()];

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-draft]:not([hx-post])") || event.defaultPrevented) return;
  if (reached.delete(form)) return;
  event.preventDefault();
  if (asking.has(form)) return;
  asking.add(form);
  form.querySelector(".lost")?.remove();
  try {
    await fetch("/healthz", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(ASK_MS) });
  } catch {
    return tellLost(form);
  } finally {
    asking.delete(form);
  }
  reached.add(form);
  form.requestSubmit(form.contains(event.submitter) ? event.submitter : null);
});

if (me) start();
