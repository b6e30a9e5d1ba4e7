// A journey map by key and pointer. Everything here is also a link, a form or a button.
//
//   data-at             a place on the map that the arrow keys reach
//   data-field="name"   Enter or a click writes that thing of the step in its place
//   data-adds           Enter or a click writes new cards in its place
//   data-card="id"      a card; its words are written in place, it is dragged and moved by keys
//   data-step="id"      the head of a column; dragged and moved by keys
//   data-inserts="id"   makes ready the form that puts a step before that one
//   data-lane="key"     a row; dragged by its head, and moved by keys from there

const map = () => document.getElementById("map");
const query = () => map()?.dataset.query ?? "";
const isRtl = () => document.documentElement.dir === "rtl";
const TURNED = { next: "back", back: "next", ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" };
const mirrored = (name) => (isRtl() ? (TURNED[name] ?? name) : name);

function send(url, values) {
  htmx.ajax("POST", url, { source: map(), target: "#map", swap: "outerHTML", values });
}

const sendLane = (values) => send(`${map().dataset.lanes}${query()}`, values);

// Going from place to place: one of them is in the order of Tab, the arrows reach the others

const places = () => [...document.querySelectorAll(".journey [data-at]")];

function rove(to) {
  for (const place of places()) place.tabIndex = place === to ? 0 : -1;
}

function enter() {
  const all = places();
  for (const place of all) if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
  if (all.length && !all.some((place) => place.tabIndex === 0)) {
    rove(all.find((place) => place === document.activeElement) ?? all[0]);
  }
}

function inCell(cell, last) {
  const found = [...(cell?.querySelectorAll("[data-at]") ?? [])];
  return last ? found.at(-1) : found[0];
}

function beside(place, way) {
  const cell = place.closest("td, th");
  const column = cell.cellIndex;
  if (way === "ArrowLeft" || way === "ArrowRight") {
    let next = cell;
    do {
      next = way === "ArrowRight" ? next.nextElementSibling : next.previousElementSibling;
    } while (next && !inCell(next));
    return inCell(next);
  }
  const own = [...cell.querySelectorAll("[data-at]")];
  const within = own[own.indexOf(place) + (way === "ArrowDown" ? 1 : -1)];
  if (within) return within;
  const rows = [...cell.closest("table").rows];
  const step = way === "ArrowDown" ? 1 : -1;
  for (let at = rows.indexOf(cell.parentElement) + step; rows[at]; at += step) {
    const found = inCell(rows[at].cells[column], step < 0);
    if (found) return found;
  }
  return null;
}

addEventListener("focusin", (event) => {
  if (event.target.matches?.("[data-at]")) rove(event.target);
});
for (const name of ["htmx:afterSettle", "journey:renewed"]) document.addEventListener(name, enter);
enter();

// A card of this map; what is planned stands on another, and is changed on its own page
const cardOf = (place) => place.closest("[data-card]:not(.is-planned)");

// Writing in place

const FIELD = "textarea, select, input:not([type=hidden])";

// Each slot that holds a field, and what brings back what stood there
const putters = new WeakMap();

// The field takes the place of a card's words, of a mood, or of all in a cell; new cards are
// written below those that are there.
function slotOf(place) {
  if (place.dataset.adds === undefined) {
    const slot = place.closest("[data-card], .journey-feels") ?? place.closest("td, th");
    const nodes = [...slot.childNodes];
    return [slot, () => slot.replaceChildren(...nodes)];
  }
  const slot = document.createElement("div");
  slot.className = "journey-adding";
  return [slot, () => slot.remove()];
}

function open(place, url) {
  if (place.closest("td, th").querySelector(".journey-edit")) return;
  const [slot, put] = slotOf(place);
  if (!slot.isConnected) place.before(slot);
  putters.set(slot, put);
  slot.dataset.was = place.id || slot.querySelector("[data-at]").id;
  htmx.ajax("GET", url, { source: slot, target: slot, swap: "innerHTML" }).then(() => {
    const field = slot.querySelector(FIELD);
    field?.focus();
    field?.select?.();
  });
}

function write(place) {
  const [path, search] = place.getAttribute("href").split("?");
  const own = query().replace("?", search ? "&" : "?");
  const asked = search ? `?${search}${own}` : own;
  if (place.dataset.field) {
    const name = place.dataset.field === "stage" ? "" : `${place.dataset.field}/`;
    open(place, path + name + asked);
  } else if (place.dataset.adds !== undefined || cardOf(place)) open(place, path + asked);
  else return false;
  return true;
}

const mayWrite = () => document.querySelector(".journey [data-adds]") !== null;

document.addEventListener("click", (event) => {
  const place = event.target.closest(".journey [data-at], .journey [data-field]");
  if (!place || !mayWrite() || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (write(place)) event.preventDefault();
});

function putBack(form) {
  const slot = form.closest("[data-was]");
  const put = putters.get(slot);
  if (!put) return;
  const id = slot.dataset.was;
  delete slot.dataset.was;
  putters.delete(slot);
  put();
  document.getElementById(id)?.focus();
}

const isChanged = (form) =>
  [...form.elements].some((field) =>
    field.options
      ? [...field.options].some((one) => one.selected !== one.defaultSelected)
      : field.type !== "hidden" && "defaultValue" in field && field.value.trim() !== field.defaultValue.trim(),
  );

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(".journey-edit");
  if (!form) return;
  if (event.key === "Escape") {
    event.preventDefault();
    putBack(form);
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches("textarea, select")) {
    event.preventDefault();
    if (isChanged(form)) form.requestSubmit();
    else putBack(form);
  }
});

// The cell comes anew while its field has the focus: what was sent is not typed in any more
document.addEventListener("htmx:beforeSend", (event) => {
  if (!event.target.matches(".journey-edit, .journey-edit button")) return;
  const form = event.target.closest(".journey-edit");
  if (form.contains(document.activeElement)) document.activeElement.blur();
});

// What was refused takes the focus, unless somebody went on elsewhere
document.addEventListener("htmx:afterSettle", () => {
  if (document.activeElement !== document.body) return;
  document.querySelector(".journey-edit [aria-invalid=true]")?.focus();
});

// Who goes on elsewhere keeps the focus there
function keepLeft(form) {
  const left = document.createElement("input");
  Object.assign(left, { type: "hidden", name: "left", value: "1" });
  form.append(left);
  form.requestSubmit();
}

document.addEventListener("focusout", (event) => {
  const form = event.target.closest?.(".journey-edit");
  if (!form || form.contains(event.relatedTarget)) return;
  setTimeout(() => {
    if (!form.isConnected || form.contains(document.activeElement) || form.matches(".htmx-request")) return;
    if (!document.hasFocus()) return;
    if (isChanged(form)) keepLeft(form);
    else if (!form.matches("[data-unsaved]")) {
      const goal = document.activeElement;
      putBack(form);
      goal?.focus?.();
    }
  });
});

// A step before another is put there by the form for the next one

document.addEventListener("click", (event) => {
  const step = event.target.closest("[data-inserts]");
  if (!step) return;
  event.preventDefault();
  step.closest("details").open = false;
  document.getElementById("new-before").value = step.dataset.inserts;
  document.getElementById("new-name").focus();
});

// What both versions came to is kept: the place above the map is free again

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, xhr } = event.detail;
  if (xhr.status < 300 && elt.closest("#journey-slot")) document.getElementById("journey-slot").replaceChildren();
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "journey-slot") event.target.querySelector("[role=alert]")?.focus();
});

// Moving by keys

const WAYS = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "next", ArrowLeft: "back" };

function moves(place, key) {
  const way = mirrored(WAYS[key]);
  const path = place.getAttribute("href").split("?")[0];
  if (cardOf(place)) send(`${path}move/${query()}`, { to: way });
  else if (place.matches(".journey-name") && (way === "next" || way === "back")) {
    send(`${path}move/${query()}`, { to: way });
  } else if (place.matches(".journey-lane-name") && (way === "up" || way === "down")) {
    sendLane({ key: place.closest("[data-lane]").dataset.lane, to: way });
  } else return false;
  return true;
}

function bends(place, key) {
  const name = { "+": "up", "-": "down" }[key];
  const button = name && place.closest("td")?.querySelector(`.journey-feels [name=${name}]`);
  button?.click();
  return Boolean(button);
}

// The buttons that bend the curve stand at the place between them
const placeOf = (node) => node.closest?.(".journey [data-at]") ?? node.closest?.(".journey-feels")?.querySelector("[data-at]");

document.addEventListener("keydown", (event) => {
  const place = placeOf(event.target);
  if (!place || event.ctrlKey || event.metaKey) return;
  let isDone = false;
  if (event.altKey) isDone = Boolean(WAYS[event.key]) && mayWrite() && moves(place, event.key);
  else if (WAYS[event.key]) {
    beside(place, mirrored(event.key))?.focus();
    isDone = true;
  } else if (event.key === "Delete" && cardOf(place) && mayWrite()) {
    send(`${place.getAttribute("href")}archive/${query()}`, {});
    isDone = true;
  } else if (mayWrite()) isDone = bends(place, event.key);
  if (isDone) event.preventDefault();
});

// Moving by pointer: journey_drag.js says what was dropped where

document.addEventListener("journey:dropped", (event) => {
  const { thing, goal } = event.detail;
  if (thing.dataset.card || thing.dataset.step) {
    const path = thing.querySelector("[data-at]").getAttribute("href");
    send(`${path}move/${query()}`, goal);
  } else sendLane(goal);
});
