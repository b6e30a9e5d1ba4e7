// What a field may hold, offered while one types into it (a combobox).
//
//   input[data-picks="id"]  options are those of the <datalist> of that id: a value, and its label
//   data-strict             takes nothing else; without it what is new is offered, too
//
// `data-value` of the field always says what its words mean. Enter and Tab take what is marked; the
// keys are left to others as well, so that a grid goes on.

const box = document.createElement("ul");
Object.assign(box, { id: "picks", className: "picks-box", popover: "manual" });
box.setAttribute("role", "listbox");
let field = null;
let shown = [];
let marked = -1;

const fold = (text) => text.trim().toLocaleLowerCase();

function optionsOf(input) {
  const list = document.getElementById(input.dataset.picks);
  return [...(list?.options ?? [])].map((one) => ({
    value: one.value,
    words: one.getAttribute("label") ?? "",
  }));
}

// A letter that stands for a sentence is written as itself, a value with a name by its name.
const isLetter = (option) => option.value.length === 1;
const textOf = (option) => (option.words && !isLetter(option) ? option.words : option.value);

function isSame(option, typed) {
  return fold(textOf(option)) === typed || fold(option.value) === typed;
}

function fitting(typed) {
  const options = optionsOf(field);
  if (field.isFresh || !typed) return options;
  const begins = options.filter((one) => fold(textOf(one)).startsWith(typed) || isSame(one, typed));
  const holds = options.filter(
    (one) => !begins.includes(one) && fold(`${one.value} ${one.words}`).includes(typed),
  );
  return [...begins, ...holds];
}

function look() {
  const typed = fold(field.value);
  shown = fitting(typed);
  const exact = shown.findIndex((one) => isSame(one, typed));
  const isNew = !("strict" in field.dataset) && typed && exact < 0;
  if (isNew) shown.push({ value: field.value.trim(), words: "", isNew: true });
  const begins = shown.findIndex((one) => fold(textOf(one)).startsWith(typed));
  marked = exact >= 0 ? exact : typed && !field.isFresh ? begins : -1;
  draw();
}

function draw() {
  box.replaceChildren(
    ...shown.map((option, index) => {
      const line = document.createElement("li");
      Object.assign(line, { id: `pick-${index}`, role: "option" });
      line.setAttribute("aria-selected", String(index === marked));
      line.dir = "auto";
      const value = document.createElement("b");
      value.textContent = isLetter(option) && option.words ? option.value : textOf(option);
      line.append(value);
      if (isLetter(option) && option.words) line.append(` ${option.words}`);
      if (option.isNew) line.append(` ${document.querySelector("[data-new-words]")?.dataset.newWords ?? ""}`);
      line.addEventListener("pointerdown", (event) => {
        event.preventDefault(); // the field keeps the focus
        mark(index);
        take();
        close();
      });
      return line;
    }),
  );
  mean();
  place();
}

function mark(index) {
  marked = index;
  for (const [at, line] of [...box.children].entries()) {
    line.setAttribute("aria-selected", String(at === marked));
  }
  box.children[marked]?.scrollIntoView({ block: "nearest" });
  mean();
}

function mean() {
  const option = shown[marked];
  field.dataset.value = option ? option.value : field.value.trim();
  if (option) field.setAttribute("aria-activedescendant", `pick-${marked}`);
  else field.removeAttribute("aria-activedescendant");
}

function take() {
  const option = shown[marked];
  if (!option) return;
  field.value = textOf(option);
  field.dataset.value = option.value;
}

function place() {
  if (!shown.length) return hide();
  if (!box.isConnected) document.body.append(box);
  if (!box.matches(":popover-open")) box.showPopover();
  field.setAttribute("aria-expanded", "true");
  const at = field.getBoundingClientRect();
  box.style.minWidth = `${at.width}px`;
  const isRtl = document.documentElement.dir === "rtl";
  const left = isRtl ? at.right - box.offsetWidth : at.left;
  box.style.left = `${Math.max(4, Math.min(left, innerWidth - box.offsetWidth - 4))}px`;
  const isBelow = at.bottom + box.offsetHeight + 4 < innerHeight || at.top < box.offsetHeight;
  box.style.top = `${isBelow ? at.bottom + 2 : at.top - box.offsetHeight - 2}px`;
}

function hide() {
  if (box.matches(":popover-open")) box.hidePopover();
  field?.setAttribute("aria-expanded", "false");
  field?.removeAttribute("aria-activedescendant");
}

function close() {
  hide();
  field = null;
}

function open(input) {
  if (field === input) return;
  if (field) close();
  field = input;
  field.isFresh = field.value !== ""; // what stands there does not narrow before one types
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-controls", "picks");
  field.setAttribute("aria-autocomplete", "list");
  document.body.append(box);
  box.setAttribute("aria-label", field.getAttribute("aria-label") ?? field.placeholder ?? "");
  if (field.closest("[data-new]") && !field.value) return hide();
  look();
}

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("input[data-picks]")) open(event.target);
  else if (field) close();
});
document.addEventListener("focusout", (event) => {
  if (event.target === field) close();
});
document.addEventListener("input", (event) => {
  if (event.target !== field) return;
  field.isFresh = false;
  look();
});
document.addEventListener(
  "keydown",
  (event) => {
    if (!field || event.target !== field || event.isComposing) return;
    const isOpen = box.matches(":popover-open");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && (isOpen || event.altKey || !field.closest("[data-new]"))) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!isOpen) return look();
      mark((marked + step + shown.length) % shown.length);
      take();
    } else if ((event.key === "Enter" || event.key === "Tab") && isOpen) {
      take();
    } else if (event.key === "Escape" && isOpen && field.closest("[data-new]")) {
      event.stopImmediatePropagation();
      hide();
    }
  },
  { capture: true },
);
addEventListener("resize", () => field && place());
addEventListener("scroll", () => field && box.matches(":popover-open") && place(), { capture: true });
