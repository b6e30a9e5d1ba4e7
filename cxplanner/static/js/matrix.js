// Arrow keys move from cell to cell of a table whose cells each hold one link or word.
//
//   data-matrix   the table

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

document.addEventListener("keydown", (event) => {
  const move = MOVES[event.key];
  const cell = event.target.closest("[data-matrix] :is(td, th)");
  if (!move || !cell || event.altKey || event.ctrlKey || event.metaKey) return;
  const turn = document.documentElement.dir === "rtl" ? -1 : 1;
  const row = cell.parentElement;
  const rows = [...row.parentElement.rows];
  const next = rows[rows.indexOf(row) + move[0]]?.cells[cell.cellIndex + move[1] * turn];
  const target = next?.querySelector("a, [tabindex]");
  if (!target) return;
  event.preventDefault();
  target.focus();
});
