// Entries in quadrants (a SWOT, a persona's kinds) by key and pointer; also forms with buttons.
//
//   data-quadrant="name"  a quadrant; entries may be dropped into it
//   data-field="kind"     what its form calls the quadrant, where that is not "quadrant"
//   data-entry="id"       an entry; its name takes Alt and the arrow keys
//   data-grip             drags the entry it stands in
//   data-enters           a form whose text is one line: Enter sends it

function send(entry, values) {
  const form = document.getElementById(`move-${entry.dataset.entry}`);
  htmx.ajax("POST", form.getAttribute("action"), { source: form, values });
}

// Keys

const WAYS = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "next", ArrowLeft: "back" };
const TURNED = { next: "back", back: "next" };

document.addEventListener("keydown", (event) => {
  let way = WAYS[event.key];
  if (!event.altKey || !way || !event.target.matches(".swot-name")) return;
  if (document.documentElement.dir === "rtl") way = TURNED[way] ?? way;
  const entry = event.target.closest("[data-entry]");
  const button = document.querySelector(`#move-${entry.dataset.entry} [value="${way}"]`);
  event.preventDefault();
  if (button) send(entry, { to: way });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  const form = event.target.matches("textarea") && event.target.closest("form[data-enters]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});

const EDGE = 56; // pixels of the window in which what is held moves the page
const ROLL = 12;

// Pointer: over the upper half of an entry goes before it, else after; beside all, to the end

let held = null;
let goal = null;
let pull = 0;

function clearGoal() {
  for (const marked of document.querySelectorAll("[data-drop]")) delete marked.dataset.drop;
  goal = null;
}

function goalAt(x, y) {
  const under = document.elementFromPoint(x, y);
  const quadrant = under?.closest("[data-quadrant]");
  if (!quadrant) return null;
  const over = under.closest("[data-entry]");
  if (!over) {
    quadrant.dataset.drop = "in";
    return { quadrant, before: "" };
  }
  const box = over.getBoundingClientRect();
  const isUpper = y - box.y < box.height / 2;
  over.dataset.drop = isUpper ? "before" : "after";
  let next = isUpper ? over : over.nextElementSibling;
  if (next === held) next = held.nextElementSibling;
  return { quadrant, before: next?.dataset.entry ?? "" };
}

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-grip]");
  if (!grip || event.button !== 0) return;
  event.preventDefault();
  held = grip.closest("[data-entry]");
  held?.classList.add("is-dragged");
});

document.addEventListener("pointermove", (event) => {
  if (!held) return;
  clearGoal();
  goal = goalAt(event.clientX, event.clientY);
  const isRolling = pull !== 0;
  pull = event.clientY < EDGE ? -ROLL : event.clientY > innerHeight - EDGE ? ROLL : 0;
  if (pull && !isRolling) roll();
});

// What is held at the window's edge moves the page under it

function roll() {
  if (!held || !pull) return;
  scrollBy({ top: pull, behavior: "instant" });
  requestAnimationFrame(roll);
}

function letGo() {
  held?.classList.remove("is-dragged");
  clearGoal();
  held = null;
  pull = 0;
}

document.addEventListener("pointerup", () => {
  if (!held) return;
  const [moved, found] = [held, goal];
  letGo();
  if (!found) return;
  document.activeElement?.blur(); // open forms outlive the swap, which spares the one in focus
  const { quadrant, field = "quadrant" } = found.quadrant.dataset;
  send(moved, { [field]: quadrant, before: found.before });
});
document.addEventListener("pointercancel", letGo);
