// Quick exit (すぐに閉じる): no draft stays in this browser, and the way back does not show what was looked at. The page
// that one leaves is replaced; an earlier one, reached by going back, leads out again at once. Nothing here is needed:
// without it the button is a link.
(() => {
  const out = document.currentScript.dataset.exit;
  const LEFT = "kigen:left";
  const inTab = (act) => { try { return act(sessionStorage); } catch { return null; } };
  const came = () => performance.getEntriesByType("navigation")[0]?.type;

  const leave = () => {
    document.documentElement.hidden = true;
    location.replace(out);
  };

  // Whoever comes back on purpose, by an address or a link, stays. The place to go out to may be a page of this site.
  const left = () => location.href !== new URL(out, location).href && inTab((tab) => tab.getItem(LEFT));
  if (left()) {
    if (came() === "back_forward") leave();
    else inTab((tab) => tab.removeItem(LEFT));
  }
  addEventListener("pageshow", (event) => { if (event.persisted && left()) leave(); });

  const quit = () => {
    try {
      Object.keys(localStorage).filter((name) => name.startsWith("kigen:draft:")).forEach((name) => localStorage.removeItem(name));
    } catch { /* forbidden: then there is no draft */ }
    inTab((tab) => tab.setItem(LEFT, "1"));
    leave();
  };

  document.addEventListener("click", (event) => {
    if (!event.target.closest("a.exit") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    quit();
  });

  // Three times Esc, for hands that are on the keyboard; not while kana are being turned into kanji.
  let pressed = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    pressed = [...pressed.filter((when) => event.timeStamp - when < 1500), event.timeStamp];
    if (pressed.length > 2) quit();
  });
})();
