// Keeps what was typed into the cells of js/grid.js, one after the other, and says what came of it:
// the row as it is now and a toast, what is wrong, or both versions where two changed one cell.
// Nothing typed is lost: a cell that could not be kept stays as typed, marked, until it is.

const table = () => document.querySelector("table[data-grid]");
const dialog = () => document.getElementById("clash");

// What one's own grades became: the next one is given over that, not over what the page showed.
const became = new Map();
let queue = Promise.resolve();
let waiting = 0;

function say(words) {
  document.getElementById("grid-said").textContent = words;
}

function inTurn(act) {
  waiting += 1;
  queue = queue.then(act).finally(() => (waiting -= 1));
  return queue;
}

async function ask(url, values) {
  const reply = await fetch(url, {
    method: "POST",
    body: new URLSearchParams(values),
    headers: { ...JSON.parse(document.body.getAttribute("hx-headers")), "HX-Request": "true" },
    redirect: "error",
  });
  const text = await reply.text();
  const isPage = reply.headers.get("Content-Type")?.startsWith("text/html");
  const found = document.createElement("template");
  if (isPage) found.innerHTML = text;
  return { status: reply.status, text, found: found.content };
}

// What a cell shows; as it is kept until what was typed is

const kept = new WeakMap();

function show(cell, text, value) {
  const words = cell.firstElementChild;
  if (!kept.has(cell)) kept.set(cell, { html: cell.innerHTML, value: cell.dataset.value });
  if (words) words.textContent = text;
  if ("value" in cell.dataset) cell.dataset.value = value;
  if (words?.matches(".grade")) [words.dataset.grade, words.title] = [value, ""];
}

function unmark(cell) {
  delete cell.dataset.typed;
  cell.classList.remove("is-wrong");
  cell.removeAttribute("aria-invalid");
  cell.querySelector(".wrong")?.remove();
}

function settle(cell) {
  kept.delete(cell);
  unmark(cell);
}

function takeBack(cell) {
  const before = kept.get(cell);
  settle(cell);
  if (!before) return;
  cell.innerHTML = before.html;
  for (const link of cell.querySelectorAll("a")) link.tabIndex = -1;
  if (before.value !== undefined) cell.dataset.value = before.value;
}

function mark(cell, value, words) {
  cell.querySelector(".wrong")?.remove();
  cell.dataset.typed = value;
  cell.classList.add("is-wrong");
  cell.setAttribute("aria-invalid", "true");
  const note = Object.assign(document.createElement("span"), { className: "wrong", textContent: words });
  cell.append(note);
  say(words);
}

// A row as the server has it; what is being typed, or waits to be kept, stays

function patch(row, fresh) {
  for (const [index, cell] of [...row.cells].entries()) {
    const now = fresh.cells[index];
    const isBusy = cell.querySelector(".cell-editor") || cell.dataset.saving || "typed" in cell.dataset;
    if (!cell.dataset.cell && !("shown" in cell.dataset)) continue;
    if (isBusy) continue;
    const hadFocus = cell.contains(document.activeElement);
    settle(cell);
    cell.innerHTML = now.innerHTML;
    if ("value" in now.dataset) cell.dataset.value = now.dataset.value;
    cell.dispatchEvent(new CustomEvent("grid:cell", { bubbles: true, detail: { hadFocus } }));
  }
  Object.assign(row.dataset, { version: fresh.dataset.version, seen: fresh.dataset.seen });
}

function told(found) {
  const toast = found.querySelector("[data-toast]");
  const headline = found.querySelector("[data-headline]");
  if (headline) document.querySelector("h1").textContent = headline.textContent.trim();
  if (!toast) return;
  const toasts = document.getElementById("toasts");
  toasts.replaceChildren(...toast.children);
  htmx.process(toasts);
}

// One cell

function learn(cell, value) {
  const list = document.getElementById(`${cell.dataset.cell}-options`);
  const isKnown = !list || !value || [...list.options].some((one) => one.value === value);
  if (!isKnown) list.append(Object.assign(document.createElement("option"), { value }));
}

async function keep(cell, value, seen) {
  const row = cell.parentElement;
  const address = table().dataset.grid.replace("/0/", `/${row.dataset.row}/`);
  while (became.has(seen.seen)) seen.seen = became.get(seen.seen);
  let reply;
  try {
    reply = await ask(address.replace("KEY", cell.dataset.cell), { value, ...seen });
  } catch {
    reply = { status: 0 };
  }
  // A search or an undo may have drawn the table anew meanwhile.
  const here = document.querySelector(`#${row.id} [data-cell="${cell.dataset.cell}"]`) ?? cell;
  cell.saves -= 1;
  if (!cell.saves) delete cell.dataset.saving;
  const fresh = reply.found?.querySelector("tr");
  if (reply.status === 200) {
    if (seen.seen !== fresh.dataset.seen && seen.seen) became.set(seen.seen, fresh.dataset.seen);
    settle(here);
    learn(here, value);
    patch(here.parentElement, fresh);
    told(reply.found);
    // It spoke of the grades as they were; the next page says it anew.
    if (here.dataset.cell === "grade") document.querySelector("[data-apart]")?.remove();
  } else if (reply.status === 409) {
    settle(here);
    patch(here.parentElement, fresh);
    clash(here, value, reply.found.querySelector("[data-clash]"));
  } else {
    const { lost, failed } = table().dataset;
    mark(here, value, reply.status === 422 ? reply.text : reply.status ? failed : lost);
  }
}

document.addEventListener("cell:typed", (event) => {
  const { value, text, seen } = event.detail;
  const cell = event.target;
  unmark(cell);
  show(cell, text, value);
  cell.dataset.saving = "yes";
  cell.saves = (cell.saves ?? 0) + 1;
  inTurn(() => keep(cell, value, seen));
});

document.addEventListener("cell:dropped", (event) => takeBack(event.target));

// Two changed one cell: both versions, and a third to be written

function clash(cell, mine, form) {
  let isDecided = false;
  const box = dialog();
  box.replaceChildren(form);
  const again = (value) => {
    isDecided = true;
    box.close();
    const seen = { version: form.dataset.version, seen: cell.parentElement.dataset.seen };
    cell.dispatchEvent(new CustomEvent("cell:typed", { bubbles: true, detail: { value, text: value, seen } }));
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const isMine = event.submitter?.name === "keep";
    again(isMine ? event.submitter.value : form.querySelector("textarea").value);
  });
  form.querySelector("[data-close]").addEventListener("click", () => (isDecided = true));
  box.addEventListener(
    "close",
    () => {
      if (!isDecided) mark(cell, mine, form.querySelector("h2").textContent);
      cell.focus();
    },
    { once: true },
  );
  box.showModal();
}

// A new row

function clearNew(row) {
  for (const field of row.querySelectorAll("input")) {
    field.value = "";
    delete field.dataset.value;
    field.removeAttribute("aria-invalid");
  }
  row.querySelector(".wrong")?.remove();
  document.getElementById("add-touchpoint").dispatchEvent(new Event("reset", { bubbles: true }));
}

function wrongNew(row, values, words) {
  const fields = [...row.querySelectorAll("input")];
  const isFree = fields.every((field) => !field.value);
  if (isFree) for (const field of fields) field.value = values[field.name];
  fields[0].setAttribute("aria-invalid", String(isFree));
  const note = document.createElement("span");
  Object.assign(note, { className: "wrong", textContent: `“${values.name}”: ${words}` });
  fields[0].after(note);
  say(note.textContent);
}

async function add(values) {
  let reply;
  try {
    reply = await ask(document.getElementById("add-touchpoint").getAttribute("action"), values);
  } catch {
    reply = { status: 0 };
  }
  const last = document.querySelector("tr[data-new]");
  if (reply.status !== 200) {
    const { lost, failed } = table().dataset;
    wrongNew(last, values, reply.status === 422 ? reply.text : reply.status ? failed : lost);
    return;
  }
  const row = reply.found.querySelector("tr");
  last.before(row);
  row.dispatchEvent(new CustomEvent("grid:row", { bubbles: true }));
  for (const key of ["stage", "channel"]) learn(row.querySelector(`[data-cell="${key}"]`), values[key]);
  document.querySelector("#touchpoint-table > .empty")?.remove();
  told(reply.found);
}

function addTyped() {
  const row = document.querySelector("tr[data-new]");
  const fields = [...row.querySelectorAll("input")];
  const values = Object.fromEntries(fields.map((field) => [field.name, field.value.trim()]));
  fields[0].focus();
  if (!values.name) return;
  clearNew(row);
  inTurn(() => add(values));
}

document.addEventListener("row:typed", addTyped);
document.addEventListener(
  "submit",
  (event) => {
    if (event.target.id !== "add-touchpoint") return;
    event.preventDefault();
    event.stopImmediatePropagation(); // what is kept here needs no draft
    addTyped();
  },
  { capture: true },
);

// A table pasted in is looked at on its page, once everything typed is kept

document.addEventListener("grid:pasted", async (event) => {
  const form = document.getElementById("bring");
  await queue;
  form.querySelector("textarea").value = event.detail.text;
  form.submit();
});

addEventListener("beforeunload", (event) => {
  if (waiting || document.querySelector("[data-cell][data-typed]")) event.preventDefault();
});
