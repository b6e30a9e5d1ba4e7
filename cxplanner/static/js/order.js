// Alt with an arrow key moves the item in which the focus is, as its buttons do.

document.addEventListener("keydown", (event) => {
  const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  if (!event.altKey || !way) return;
  const button = event.target
    .closest?.("[data-order] [data-item]")
    ?.querySelector(`[data-move="${way}"]`);
  if (!button || event.target.matches("textarea, input, select")) return;
  event.preventDefault();
  button.focus(); // htmx gives the focus back to the button of the same id
  button.click();
});
