// The tree of goals by key and pointer. Everything here is also a link, a form or a button.
//
//   data-goal="id"      a goal in the tree; its name takes Alt and the arrow keys
//   data-grip           drags the goal it stands in

const rtl = () => document.documentElement.dir === "rtl";

// Keys

const STEPS = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" };
const MIRRORED = { in: "out", out: "in" };

document.addEventListener("keydown", (event) => {
  let step = STEPS[event.key];
  if (!event.altKey || !step || !event.target.matches(".goal-name a")) return;
  if (rtl()) step = MIRRORED[step] ?? step;
  const goal = event.target.closest("[data-goal]");
  const form = document.getElementById(`move-${goal.dataset.goal}`);
  if (!form) return;
  event.preventDefault();
  form.querySelector(`[value="${step}"]`).click();
});

// Pointer: over the first third of a row a goal goes before it, over the last after, else below it

let dragged = null;
let drop = null;

function clearDrop() {
  drop?.goal.removeAttribute("data-drop");
  drop = null;
}

function dropAt(x, y) {
  const row = document.elementFromPoint(x, y)?.closest(".goal-row");
  const goal = row?.closest("[data-goal]");
  if (!goal || dragged.contains(goal)) return null;
  const box = row.getBoundingClientRect();
  const share = (y - box.y) / box.height;
  return { goal, where: share < 1 / 3 ? "before" : share > 2 / 3 ? "after" : "in" };
}

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-grip]");
  if (!grip || event.button !== 0) return;
  event.preventDefault();
  dragged = grip.closest("[data-goal]");
  dragged.classList.add("is-dragged");
});

document.addEventListener("pointermove", (event) => {
  if (!dragged) return;
  clearDrop();
  drop = dropAt(event.clientX, event.clientY);
  if (drop) drop.goal.dataset.drop = drop.where;
});

function letGo() {
  dragged?.classList.remove("is-dragged");
  clearDrop();
  dragged = null;
}

document.addEventListener("pointerup", () => {
  if (!dragged) return;
  const [moved, found] = [dragged, drop];
  letGo();
  if (!found) return;
  const { goal, where } = found;
  let next = where === "after" ? goal.nextElementSibling : goal;
  if (next === moved) next = moved.nextElementSibling;
  const above = goal.parentElement.closest("[data-goal]");
  const form = document.getElementById(`move-${moved.dataset.goal}`);
  htmx.ajax("POST", form.getAttribute("action"), {
    source: form,
    values: {
      under: (where === "in" ? goal : above)?.dataset.goal ?? "",
      before: where === "in" ? "" : next?.dataset.goal ?? "",
    },
  });
});
document.addEventListener("pointercancel", letGo);
