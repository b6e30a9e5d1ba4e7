// What others change on a journey map is laid into it, cell by cell: what one looks at stays where
// it is, and nothing is taken from under the hands of who writes, drags or has a menu open.
//
//   #journey-live         asks from time to time; the answer brings the map anew in a <template>
//   data-part="name"      a part of the page beside the table that is compared as a whole
//   data-renewed          a cell somebody else just changed

const SHOWN_MS = 4000;
const live = () => document.getElementById("journey-live");
const table = (root) => root.querySelector("table.journey");
// Neither what scripts put on elements nor the token of a form says anything of what they show
const SILENT = / (tabindex="-?\d"|(autofocus|class|data-added|data-renewed)=""|name="csrfmiddlewaretoken" value="[^"]*")/g;
const clean = (node) => node.outerHTML.replace(SILENT, "");
const isSame = (one, other) => clean(one) === clean(other);

// An answer that was asked for before an act of one's own knows less than the page does, and one
// that comes before that act's own answer would take the focus from where it goes

const acts = new Set();
let actedAt = 0;
let askedAt = 0;

document.addEventListener("htmx:beforeSend", (event) => {
  const { elt, xhr } = event.detail;
  if (elt.id === "journey-live") askedAt = performance.now();
  else if (!elt.matches("[data-live]") && elt.closest("#map")) acts.add(xhr);
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (acts.delete(event.detail.xhr)) actedAt = performance.now();
});

const BUSY = ".journey-edit, .is-dragged, details[open], [data-drop], .htmx-request";
const isBusy = (node) => node.matches(BUSY) || node.querySelector(BUSY) !== null;

function isTypedIn(node) {
  return [node, ...node.querySelectorAll("*")].some(
    (one) => one === document.activeElement && one.matches("input, textarea, select"),
  );
}

// Puts one in the place of another; focus, and what is chosen in a list, go along

function replace(old, fresh) {
  const id = old.contains(document.activeElement) ? document.activeElement.id : "";
  const chosen = old.matches("select") ? old.value : null;
  old.replaceWith(fresh);
  if (chosen && fresh.querySelector(`option[value="${CSS.escape(chosen)}"]`)) fresh.value = chosen;
  htmx.process(fresh);
  if (id) document.getElementById(id)?.focus({ preventScroll: true });
}

function show(cell) {
  cell.dataset.renewed = "";
  setTimeout(() => delete cell.dataset.renewed, SHOWN_MS);
}

const frame = (found) =>
  JSON.stringify([
    [...found.querySelectorAll("[data-step]")].map((one) => one.dataset.step),
    [...found.querySelectorAll("tbody tr")].map((one) => one.id),
    [...found.querySelectorAll(".journey-lane")].map((one) => one.textContent),
    found.querySelector(".journey-stages").textContent,
  ]);

function patchCells(now, fresh) {
  let isDone = true;
  for (const cell of fresh.querySelectorAll("#curve, td[id], th[id]")) {
    if (cell.closest("#curve") && cell.id !== "curve") continue;
    const old = document.getElementById(cell.id);
    if (isSame(old, cell)) continue;
    if (isBusy(old)) isDone = false;
    else {
      replace(old, cell);
      show(cell);
    }
  }
  return isDone;
}

function patchTable(map, found) {
  const [now, fresh] = [table(map), table(found)];
  if (frame(now) === frame(fresh)) return patchCells(now, fresh);
  if (isBusy(now)) return false;
  const ids = new Set([...now.querySelectorAll("[id]")].map((one) => one.id));
  replace(now, fresh);
  for (const head of fresh.querySelectorAll("[data-step]")) if (!ids.has(head.id)) show(head);
  return true;
}

// Returns whether all of it could be laid in

function patch(found) {
  const map = document.getElementById("map");
  if (Boolean(table(map)) !== Boolean(table(found))) {
    if (isBusy(map) || isTypedIn(map)) return false;
    replace(map, found.querySelector("#map"));
    return true;
  }
  let isDone = !table(map) || patchTable(map, found);
  for (const fresh of found.querySelectorAll("[data-part]")) {
    const old = map.querySelector(`[data-part="${fresh.dataset.part}"]`);
    if (!old || isSame(old, fresh)) continue;
    if (isTypedIn(old)) isDone = false;
    else replace(old, fresh);
  }
  return isDone;
}

document.addEventListener("htmx:afterSwap", () => {
  const template = live()?.querySelector("template");
  if (!template) return;
  const isLate = acts.size > 0 || actedAt >= askedAt;
  const isDone = !isLate && patch(template.content);
  template.remove();
  // What waits is asked for again; a version nobody has seen brings all of it.
  if (!isDone) live().querySelector("[name=seen]").value = "";
  document.dispatchEvent(new Event("journey:renewed"));
});

// A map drawn anew after an act is looked at from where it was

const at = new Map();

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "map") return;
  const box = document.querySelector(".journey-scroller");
  if (box) at.set("left", box.scrollLeft).set("top", box.scrollTop);
});
document.addEventListener("htmx:afterSwap", () => {
  const box = document.querySelector(".journey-scroller");
  if (!at.size || !box) return;
  box.scrollTo(at.get("left"), at.get("top"));
  at.clear();
  const nearest = { block: "nearest", inline: "nearest" };
  box.querySelector("[data-added]")?.scrollIntoView(nearest);
  const here = document.activeElement;
  if (here !== document.body) here.scrollIntoView(nearest);
});

// Escape leaves the map that fills the window, once nothing in it is open

document.addEventListener("keydown", (event) => {
  const fills = document.getElementById("map-fills");
  if (event.key !== "Escape" || event.defaultPrevented || !fills?.checked) return;
  if (document.querySelector("#map details[open]")) return;
  fills.checked = false;
  fills.focus();
});
