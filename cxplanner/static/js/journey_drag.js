// Cards, steps and lanes of a journey map dragged by mouse, pen or finger. What was dropped where
// is told in an event, "journey:dropped"; journey.js has it moved. A mouse picks up after a few
// pixels, so that a click still writes; a finger after a moment, so that a swipe still scrolls.

const FAR = 6; // pixels
const HOLD_MS = 350; // before half a second, when the system's own menu of a link would open
const EDGE = 40; // pixels beside an edge of the map where it scrolls along
const HANDS = ".journey [data-card]:not(.is-planned), .journey [data-step], .journey [data-lane] > th:has(.journey-lane)";

let start = null; // what a pointer is down on, not yet picked up
let held = null;
let goal = null;
let last = null; // where the pointer is
let isDropped = false;

const isRtl = () => document.documentElement.dir === "rtl";
const mayMove = () => document.querySelector(".journey [data-adds]") !== null;
const isLane = (thing) => !thing.dataset.card && !thing.dataset.step;

// Where it would be dropped

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

function look() {
  clearGoal();
  const under = document.elementFromPoint(last.x, last.y);
  if (held.dataset.card) goal = cardGoal(under, last.y);
  else goal = held.dataset.step ? stepGoal(under, last.x) : laneGoal(under, last.y);
}

// The map scrolls along while something is held at an edge of what is seen of it

function creep() {
  if (!held) return;
  const box = document.querySelector(".journey-scroller");
  const around = box.getBoundingClientRect();
  const corner = box.querySelector("thead th").getBoundingClientRect();
  const heads = box.querySelector("[data-step]").getBoundingClientRect();
  const [left, right] = isRtl() ? [around.left, corner.left] : [corner.right, around.right];
  const top = Math.max(heads.bottom, 0);
  const bottom = Math.min(around.bottom, innerHeight);
  const way = (at, low, high) => (at < low + EDGE ? -1 : at > high - EDGE ? 1 : 0);
  const x = isLane(held) ? 0 : way(last.x, left, Math.min(right, innerWidth));
  const y = held.dataset.step ? 0 : way(last.y, top, bottom);
  if (x || y) {
    box.scrollBy(8 * x, 8 * y);
    look();
  }
  requestAnimationFrame(creep);
}

// Picking up, carrying, letting go

function pickUp() {
  clearTimeout(start.timer);
  const { thing } = start;
  start = null;
  if (!thing.isConnected) return;
  held = thing;
  held.classList.add("is-dragged");
  look();
  requestAnimationFrame(creep);
}

function letGo() {
  clearTimeout(start?.timer);
  held?.classList.remove("is-dragged");
  clearGoal();
  held = start = null;
}

document.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || !event.isPrimary || !mayMove()) return;
  if (event.target.closest(".journey-edit, details, button")) return;
  const thing = event.target.closest(HANDS);
  if (!thing) return;
  last = { x: event.clientX, y: event.clientY };
  start = { thing, ...last, isFinger: event.pointerType === "touch" };
  if (start.isFinger) start.timer = setTimeout(pickUp, HOLD_MS);
});

document.addEventListener("pointermove", (event) => {
  last = { x: event.clientX, y: event.clientY };
  if (start && Math.hypot(last.x - start.x, last.y - start.y) > FAR) {
    if (start.isFinger) letGo();
    else pickUp();
  }
  if (held) look();
});

document.addEventListener("pointerup", () => {
  const [thing, found] = [held, goal];
  letGo();
  if (!thing && !isDropped) return;
  isDropped = true;
  setTimeout(() => { isDropped = false; });
  if (found) document.dispatchEvent(new CustomEvent("journey:dropped", { detail: { thing, goal: found } }));
});
document.addEventListener("pointercancel", letGo);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !held) return;
  event.preventDefault();
  letGo();
  isDropped = true; // nowhere
});

// A finger that holds something neither scrolls nor asks for the menu of a link, and the click that
// follows a drop writes nothing

const keepOff = (isSo) => (event) => {
  if (!isSo() || !event.cancelable) return;
  event.preventDefault();
  event.stopPropagation();
};
const firmly = { capture: true, passive: false };

addEventListener("touchmove", keepOff(() => held), firmly);
addEventListener("touchend", keepOff(() => isDropped), firmly);
addEventListener("click", keepOff(() => isDropped), firmly);
addEventListener("contextmenu", keepOff(() => held), firmly);
document.addEventListener("dragstart", (event) => {
  if (event.target.closest?.(".journey")) event.preventDefault();
});
