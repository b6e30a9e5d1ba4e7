// Offers people while somebody types @ in a field under [data-people="address"]. The list holds
// buttons: the arrow down or Tab goes to them, Enter in the text takes the first, Escape closes.

const BEGUN = /(?:^|[^\w.@/])@([\p{L}\p{N}_.+\- ]{0,40}(?:@[\w.-]*)?)$/u;

function begunIn(text) {
  return BEGUN.exec(text.value.slice(0, text.selectionStart))?.[1];
}

function close(place) {
  const list = place.querySelector(".people-like");
  list.hidden = true;
  list.replaceChildren();
  place.querySelector("[role=status]").textContent = "";
}

async function offer(text) {
  const place = text.closest("[data-people]");
  const begun = begunIn(text);
  if (begun === undefined) return close(place);
  let found;
  try {
    found = await fetch(`${place.dataset.people}?q=${encodeURIComponent(begun)}`);
  } catch {
    return close(place); // without the server one types the whole name
  }
  if (!found.ok || begunIn(text) !== begun) return undefined;
  const list = place.querySelector(".people-like");
  list.innerHTML = await found.text();
  list.hidden = !list.children.length;
  place.querySelector("[role=status]").textContent = list.hidden ? "" : place.dataset.said;
  return undefined;
}

function take(place, words) {
  const text = place.querySelector("textarea");
  const at = text.selectionStart - begunIn(text).length;
  text.setRangeText(`${words} `, at, text.selectionStart, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  close(place);
  text.focus();
}

let waiting;
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-people] textarea")) return;
  clearTimeout(waiting);
  waiting = setTimeout(offer, 120, event.target);
});

document.addEventListener("click", (event) => {
  const chosen = event.target.closest(".people-like [data-words]");
  if (chosen) take(chosen.closest("[data-people]"), chosen.dataset.words);
});

document.addEventListener("keydown", (event) => {
  const place = event.target.closest?.("[data-people]");
  const list = place?.querySelector(".people-like");
  if (!list || list.hidden) return;
  const buttons = [...list.querySelectorAll("button")];
  const at = buttons.indexOf(event.target);
  if (event.key === "Escape") {
    close(place);
    place.querySelector("textarea").focus();
  } else if (event.key === "ArrowDown") buttons[Math.min(at + 1, buttons.length - 1)].focus();
  else if (event.key === "ArrowUp" && at > 0) buttons[at - 1].focus();
  else if (event.key === "ArrowUp" && at === 0) place.querySelector("textarea").focus();
  else if (event.key === "Enter" && at < 0) take(place, buttons[0].dataset.words);
  else return;
  event.preventDefault();
});
