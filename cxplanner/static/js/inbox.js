// Whoever opens a row of the inbox has read it. The link itself stays a link: it also opens in a
// new tab, and works without this.

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-reads]");
  if (!link) return;
  const token = JSON.parse(document.body.getAttribute("hx-headers"));
  fetch(link.dataset.reads, { method: "POST", headers: token, keepalive: true, redirect: "manual" });
});
