// A table as a grid: arrow keys move through its cells, typing edits them in place. js/cells.js keeps
// what was typed, js/picks.js offers what a cell may hold. Without scripts every row has its page.
//
//   table[data-grid]   the table; its value is the address a cell is kept at, with 0 and KEY to fill in
//   [data-cell="key"]  a cell that is a field; its value is data-value, else its first element's words
//   [data-shown]       one that is only read; arrow keys pass over it, Tab goes on behind it
//   th[data-look]      above it: name, listed, choice, grade, day or prose
//   tr[data-new]       the last row, whose fields make a new one
//
// Says to js/cells.js: "cell:typed" on a cell (value, text, seen), "row:typed" on the last row.

const PICKED = ["listed", "choice", "grade"];
const STRICT = ["choice", "grade"];
const A_PAGE = 10;
const WIDGETS = "a, button, input";

const grid = () => document.querySelector("table[data-grid]");
const cellOf = (node) => node?.closest?.("table[data-grid] :is(td, th)");
const editorOf = (cell) => cell.querySelector(".cell-editor");
const headOf = (cell) => grid().tHead.rows[0].cells[cell.cellIndex];
const clamp = (number, most) => Math.min(Math.max(number, 0), most);

function valueOf(cell) {
  return cell.dataset.typed ?? cell.dataset.value ?? cell.firstElementChild?.textContent ?? "";
}

// One stop for the tab key: the cell that was visited last. A cell that holds a link or a button
// gives the focus to it.

let at = null;

function stopOf(cell) {
  return (!cell.dataset.cell && cell.querySelector(WIDGETS)) || cell;
}

function readyCell(cell) {
  for (const widget of cell.querySelectorAll(WIDGETS)) {
    widget.tabIndex = -1;
    const list = widget.getAttribute("list");
    if (!list) continue;
    widget.removeAttribute("list");
    widget.dataset.picks = list;
  }
  stopOf(cell).tabIndex = -1;
}

function readyRow(row) {
  for (const cell of row.cells) readyCell(cell);
}

function ready() {
  const table = grid();
  if (!table || table.getAttribute("role") === "grid") return;
  table.setAttribute("role", "grid");
  for (const row of table.rows) readyRow(row);
  const first = table.tBodies[0].rows[0].cells[0];
  const kept = at && document.getElementById(at.row)?.cells[at.column];
  stopOf(kept ?? first).tabIndex = 0;
  const isLost = [document.body, null, document.getElementById("main")].includes(document.activeElement);
  if (kept && isLost) go(kept);
}

function go(cell) {
  const stop = stopOf(cell);
  for (const old of grid().querySelectorAll("[tabindex='0']")) old.tabIndex = -1;
  stop.tabIndex = 0;
  stop.focus({ preventScroll: true });
  stop.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function move(cell, down, along) {
  const rows = [...grid().rows];
  const row = rows[clamp(rows.indexOf(cell.parentElement) + down, rows.length - 1)];
  go(row.cells[clamp(cell.cellIndex + along, row.cells.length - 1)]);
}

document.addEventListener("focusin", (event) => {
  const cell = cellOf(event.target);
  if (!cell) return;
  at = { row: cell.parentElement.id, column: cell.cellIndex };
  for (const old of grid().querySelectorAll("[tabindex='0']")) old.tabIndex = -1;
  if (!editorOf(cell)) stopOf(cell).tabIndex = 0;
});
for (const name of ["DOMContentLoaded", "htmx:load", "htmx:afterSettle"]) {
  document.addEventListener(name, ready);
}
document.addEventListener("grid:row", (event) => readyRow(event.target));
document.addEventListener("grid:cell", ({ target: cell, detail }) => {
  const isStop = at?.row === cell.parentElement.id && at.column === cell.cellIndex;
  cell.removeAttribute("tabindex");
  readyCell(cell);
  if (isStop) stopOf(cell).tabIndex = 0;
  if (detail.hadFocus && document.activeElement !== stopOf(cell)) go(cell);
});
ready();

// Editing in place

function edit(cell, text) {
  if (!cell.dataset.cell || editorOf(cell)) return;
  const { look } = headOf(cell).dataset;
  const row = cell.parentElement;
  const field = document.createElement(look === "prose" ? "textarea" : "input");
  const name = row.querySelector("[data-cell='name'] > bdi")?.textContent ?? "";
  field.className = "cell cell-editor";
  field.dir = "auto";
  field.autocomplete = "off";
  field.setAttribute("aria-label", `${headOf(cell).textContent.trim()}: ${name}`);
  if (look === "day") field.type = "date";
  if (look === "prose") field.rows = 2;
  if (PICKED.includes(look)) field.dataset.picks = `${cell.dataset.cell}-options`;
  if (STRICT.includes(look)) field.dataset.strict = "";
  // The version this field was opened at: if somebody is faster, both versions are shown.
  field.opened = { version: row.dataset.version, seen: row.dataset.seen, value: valueOf(cell) };
  const isShownOtherwise = look === "choice" && cell.dataset.typed === undefined;
  field.value = text ?? (isShownOtherwise ? cell.firstElementChild.textContent : valueOf(cell));
  cell.classList.add("is-edited");
  cell.append(field);
  field.focus();
  if (text === undefined && look !== "day") field.select();
  if (look === "prose") field.setSelectionRange(field.value.length, field.value.length);
}

function finish(field, { keep }) {
  if (field.isDone) return;
  field.isDone = true;
  const cell = field.closest("[data-cell]");
  const { value: before, ...seen } = field.opened;
  const value = (field.dataset.value ?? field.value).trim();
  const text = field.value.trim();
  field.remove();
  cell.classList.remove("is-edited");
  if (keep && (value !== before.trim() || cell.dataset.typed !== undefined)) {
    cell.dispatchEvent(new CustomEvent("cell:typed", { bubbles: true, detail: { value, text, seen } }));
  }
}

function leave(field, down, along) {
  const cell = field.closest("[data-cell]");
  finish(field, { keep: true });
  move(cell, down, along);
}

document.addEventListener("focusout", (event) => {
  if (event.target.matches?.(".cell-editor")) finish(event.target, { keep: true });
});

// Keys inside an editor

function inEditor(event) {
  const field = event.target;
  const cell = field.closest("[data-cell]");
  if (event.key === "Escape") {
    event.preventDefault();
    finish(field, { keep: false });
    go(cell);
  } else if (event.key === "Tab") {
    const along = event.shiftKey ? -1 : 1;
    const { cells } = cell.parentElement;
    let next = cell.cellIndex + along;
    while (cells[next] && "shown" in cells[next].dataset) next += along; // nothing to type there
    if (!cells[next]) return; // out of the grid, as from any field
    event.preventDefault();
    leave(field, 0, next - cell.cellIndex);
  } else if (event.key === "Enter" && !event.isComposing) {
    if (field.matches("textarea") && (event.shiftKey || event.altKey)) {
      if (!event.altKey) return;
      event.preventDefault();
      field.setRangeText("\n", field.selectionStart, field.selectionEnd, "end");
      return;
    }
    event.preventDefault();
    leave(field, event.shiftKey ? -1 : 1, 0);
  }
}

// The new row is a form: Tab goes through its fields to its button, then on

function inNewRow(event) {
  const widgets = [...event.target.closest("tr").querySelectorAll("input, button")];
  const next = widgets[widgets.indexOf(event.target) + (event.shiftKey ? -1 : 1)];
  if (!next) return;
  event.preventDefault();
  go(next.closest("th, td"));
}

// Keys while moving about

function stepOf(event) {
  const forward = document.documentElement.dir === "rtl" ? -1 : 1;
  const far = Infinity;
  const page = event.ctrlKey || event.metaKey;
  return {
    ArrowDown: [page ? far : 1, 0],
    ArrowUp: [page ? -far : -1, 0],
    ArrowRight: [0, page ? far * forward : forward],
    ArrowLeft: [0, page ? -far * forward : -forward],
    Home: [page ? -far : 0, -far],
    End: [page ? far : 0, far],
    PageDown: [A_PAGE, 0],
    PageUp: [-A_PAGE, 0],
  }[event.key];
}

function isCaretKey(event) {
  const field = event.target;
  return field.matches("input") && field.value !== "" && !["ArrowUp", "ArrowDown"].includes(event.key);
}

function inGrid(event, cell) {
  const step = !event.altKey && !event.shiftKey && stepOf(event);
  if (step && !isCaretKey(event)) {
    event.preventDefault();
    move(cell, ...step);
    return;
  }
  if (!cell.dataset.cell) return;
  const isLetter = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    cell.parentElement.querySelector(".place-open")?.click();
  } else if (["Enter", "F2", " "].includes(event.key)) {
    event.preventDefault();
    edit(cell);
  } else if (isLetter || event.key === "Process") {
    edit(cell, ""); // the letter itself comes into the field that has the focus now
  } else if (["Delete", "Backspace"].includes(event.key)) {
    event.preventDefault();
    if (valueOf(cell) === "") return;
    edit(cell, "");
    finish(editorOf(cell), { keep: true });
    go(cell);
  } else if (event.key === "Escape" && cell.dataset.typed !== undefined) {
    cell.dispatchEvent(new CustomEvent("cell:dropped", { bubbles: true }));
  }
}

document.addEventListener("keydown", (event) => {
  const cell = cellOf(event.target);
  if (!cell || event.defaultPrevented) return;
  if (event.target.matches(".cell-editor")) return inEditor(event);
  if (event.key === "Enter" && event.target.matches("[data-new] input") && !event.isComposing) {
    event.preventDefault();
    event.target.closest("tr").dispatchEvent(new CustomEvent("row:typed", { bubbles: true }));
    return;
  }
  if (event.key === "Tab" && event.target.closest("[data-new]")) return inNewRow(event);
  inGrid(event, cell);
});

// A cell is a field: a click puts the caret into it

document.addEventListener("click", (event) => {
  const cell = cellOf(event.target);
  if (!cell?.dataset.cell || event.target.closest(WIDGETS) || event.defaultPrevented) return;
  if (getSelection().toString()) return; // somebody marks words to copy them
  edit(cell);
});

// Copying one cell; pasting one, or a whole table, which is looked at first on a page of its own

function isTable(text, field) {
  return text.includes("\t") || (/\n./s.test(text) && !field?.matches("textarea"));
}

// One column of values, pasted into a column: each goes to the touchpoint it then stands beside.
function beside(cell, text) {
  const row = cell.parentElement;
  const isColumn = row.dataset.row && cell.dataset.cell !== "name" && !/[\t"]/.test(text);
  if (!isColumn) return text;
  const below = [...row.parentElement.rows].slice(row.sectionRowIndex);
  const names = below.map((one) => one.querySelector("[data-cell=name] > bdi")?.textContent ?? "");
  const lines = text.trimEnd().split(/\r\n?|\n/).map((value, at) => `${names[at] ?? ""}\t${value}`);
  return [`name\t${cell.dataset.cell}`, ...lines].join("\n");
}

document.addEventListener("copy", (event) => {
  const cell = cellOf(event.target);
  if (!cell?.dataset.cell || editorOf(cell) || getSelection().toString()) return;
  event.preventDefault();
  event.clipboardData.setData("text/plain", valueOf(cell));
});

document.addEventListener("paste", (event) => {
  const cell = cellOf(event.target);
  const field = event.target.matches?.("input, textarea, select") ? event.target : null;
  if (!grid() || (field && !cell)) return;
  const text = event.clipboardData.getData("text/plain");
  if (isTable(text, field)) {
    event.preventDefault();
    if (field?.matches(".cell-editor")) finish(field, { keep: false });
    const detail = { text: cell ? beside(cell, text) : text };
    grid().dispatchEvent(new CustomEvent("grid:pasted", { bubbles: true, detail }));
  } else if (!field && cell?.dataset.cell) {
    event.preventDefault();
    edit(cell, text.trim());
    editorOf(cell).dispatchEvent(new Event("input", { bubbles: true }));
  }
});
