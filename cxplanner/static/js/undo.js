// Takes the last act back by keyboard: Ctrl+Z or ⌘Z; with Shift, or Ctrl+Y, it is done again.
// In a field the browser's own undo holds. The forms are buttons on every page, too.

const TYPED_IN = "textarea, select, [contenteditable], input:not([type=button], [type=submit], [type=checkbox], [type=radio])";

// Whoever adds row after row stands in an empty field: nothing in it can be undone, the last row can.
const isFree = (field) => field.matches("[data-new] input") && field.value === "";

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.repeat) return;
  const field = event.target.closest?.(TYPED_IN);
  if ((field && !isFree(field)) || document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  const again = key === "y" || (key === "z" && event.shiftKey);
  if (key !== "z" && !again) return;
  const form = document.getElementById(again ? "redo" : "undo");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});
