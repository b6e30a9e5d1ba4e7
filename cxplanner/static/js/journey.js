// A journey map by key and pointer. Everything here is also a link, a form or a button.
//
//   data-at             a place on the map that the arrow keys reach
//   data-field="name"   Enter or a click writes that thing of the step in its place
//   data-adds           Enter or a click writes new cards in its place
//   data-card="id"      a card; its words are written in place, it is dragged and moved by keys
//   data-step="id"      the head of a column; dragged and moved by keys
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

// Writing in place

const before = new WeakMap();

function open(place, url) {
  const slot = place.closest("[data-card]") ?? place.closest("td, th");
  if (slot.querySelector(".journey-edit")) return;
  before.set(slot, [...slot.childNodes]);
  slot.dataset.was = place.id;
  htmx.ajax("GET", url, { source: slot, target: slot, swap: "innerHTML" }).then(() => {
    const field = slot.querySelector("textarea, select, input:not([type=hidden])");
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
  } else if (place.dataset.adds !== undefined || place.closest("[data-card]")) open(place, path + asked);
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
  const nodes = before.get(slot);
  if (!nodes) return;
  slot.replaceChildren(...nodes);
  before.delete(slot);
  document.getElementById(slot.dataset.was)?.focus();
}

const isChanged = (form) =>
  [...form.elements].some((field) =>
    field.options
      ? [...field.options].some((one) => one.selected !== one.defaultSelected)
      : field.type !== "hidden" && "defaultValue" in field && field.value !== field.defaultValue,
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
  if (place.closest("[data-card]")) send(`${path}move/${query()}`, { to: way });
  else if (place.matches(".journey-name") && (way === "next" || way === "back")) {
    send(`${path}move/${query()}`, { to: way });
  } else if (place.matches(".journey-lane-name") && (way === "up" || way === "down")) {
    sendLane({ key: place.closest("[data-lane]").dataset.lane, to: way });
  } else return false;
  return true;
}

function bends(place, key) {
  const cell = place.closest("td");
  if (!cell?.querySelector(".journey-feels")) return false;
  const button = cell.querySelector(key === "+" ? "[name=up]" : key === "-" ? "[name=down]" : "none");
  button?.click();
  return button !== null;
}

document.addEventListener("keydown", (event) => {
  const place = event.target.closest?.(".journey [data-at]");
  if (!place || event.ctrlKey || event.metaKey) return;
  let isDone = false;
  if (event.altKey) isDone = Boolean(WAYS[event.key]) && mayWrite() && moves(place, event.key);
  else if (WAYS[event.key]) {
    beside(place, mirrored(event.key))?.focus();
    isDone = true;
  } else if (event.key === "Delete" && place.closest("[data-card]") && mayWrite()) {
    send(`${place.getAttribute("href")}archive/${query()}`, {});
    isDone = true;
  } else if (mayWrite()) isDone = bends(place, event.key);
  if (isDone) event.preventDefault();
});

// Moving by pointer: a drag begins after a few pixels, so that a click still writes

const FAR = 6;
let held = null;
let start = null;
let goal = null;
let isDropped = false;

// The click that follows a drag writes nothing
addEventListener(
  "click",
  (event) => {
    if (!isDropped) return;
    event.preventDefault();
    event.stopPropagation();
  },
  { capture: true },
);

function clearGoal() {
  for (const marked of document.querySelectorAll(".journey [data-drop]")) delete marked.dataset.drop;
  goal = null;
}

function cardGoal(under, y) {
  const cell = under?.closest(".journey td");
  const found = cell?.id.match(/^c(\d+)-(.+)$/);
  if (!found || !cell.querySelector("[data-adds]")) return null;
  const over = under.closest("[data-card]");
  let next = null;
  if (over) {
    const box = over.getBoundingClientRect();
    const isUpper = y - box.y < box.height / 2;
    over.dataset.drop = isUpper ? "before" : "after";
    next = isUpper ? over : over.nextElementSibling;
    if (next === held) next = held.nextElementSibling;
  } else cell.dataset.drop = "in";
  return { step: found[1], lane: found[2], before: next?.dataset.card ?? "" };
}

function stepGoal(under, x) {
  const cell = under?.closest(".journey td, .journey thead th");
  const head = cell && document.querySelectorAll(".journey [data-step]")[cell.cellIndex - 1];
  if (!head || cell.colSpan > 1) return null;
  const box = head.getBoundingClientRect();
  const isFirst = (x - box.x < box.width / 2) !== isRtl();
  head.dataset.drop = isFirst ? "start" : "end";
  let next = isFirst ? head : head.nextElementSibling;
  if (next === held) next = held.nextElementSibling;
  return { before: next?.dataset.step ?? "" };
}

function laneGoal(under, y) {
  const row = under?.closest(".journey [data-lane]");
  if (!row) return null;
  const lanes = [...document.querySelectorAll(".journey [data-lane] > th:has(.journey-lane)")];
  const at = lanes.findIndex((head) => head.parentElement.dataset.lane === row.dataset.lane);
  const box = lanes[at].getBoundingClientRect();
  const isUpper = y - box.y < box.height / 2;
  lanes[at].dataset.drop = isUpper ? "before" : "after";
  let next = isUpper ? lanes[at] : lanes[at + 1];
  if (next === held) next = lanes[lanes.indexOf(held) + 1];
  return { key: held.parentElement.dataset.lane, before: next?.parentElement.dataset.lane ?? "" };
}

function goalAt(under, event) {
  if (held.dataset.card) return cardGoal(under, event.clientY);
  return held.dataset.step ? stepGoal(under, event.clientX) : laneGoal(under, event.clientY);
}

document.addEventListener("dragstart", (event) => {
  if (event.target.closest?.(".journey")) event.preventDefault();
});
document.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || event.pointerType === "touch" || !mayWrite()) return;
  if (event.target.closest(".journey-edit, details, button")) return;
  const found = event.target.closest(".journey [data-card]:not(.is-planned), .journey [data-step], .journey [data-lane] > th:has(.journey-lane)");
  if (found) start = { found, x: event.clientX, y: event.clientY };
});
document.addEventListener("pointermove", (event) => {
  if (start && Math.hypot(event.clientX - start.x, event.clientY - start.y) > FAR) {
    held = start.found;
    start = null;
    held.classList.add("is-dragged");
  }
  if (!held) return;
  clearGoal();
  const under = document.elementFromPoint(event.clientX, event.clientY);
  goal = goalAt(under, event);
});

function letGo() {
  held?.classList.remove("is-dragged");
  clearGoal();
  held = start = null;
}

document.addEventListener("pointerup", (event) => {
  start = null;
  if (!held) return;
  const [moved, found] = [held, goal];
  letGo();
  isDropped = true;
  setTimeout(() => { isDropped = false; });
  if (!found) return;
  if (found.key) {
    sendLane(found);
    return;
  }
  const path = moved.querySelector("[data-at]").getAttribute("href");
  send(`${path}move/${query()}`, found);
});
document.addEventListener("pointercancel", letGo);
