// Keys of the desk (操作の一覧). Nothing here is needed: every key stands for a link, a box or a button on the page.
// Loaded only while the setting on /desk/keys is on; never listens while somebody types or holds Ctrl, Alt or Cmd.
(() => {
  const links = () => [...document.querySelectorAll(".work__what, .table__what")];
  const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const row = () => document.activeElement.closest("tbody tr");

  const move = (step) => {
    const all = links();
    const here = row() || document.querySelector("tr:target");
    const at = all.findIndex((link) => here && here.contains(link));
    const next = at < 0 ? all[step > 0 ? 0 : all.length - 1] : all[at + step];
    if (next) next.focus();
  };

  const pick = () => {
    const box = row() && row().querySelector("input[name=pick]");
    if (box) box.checked = !box.checked;
  };

  // Takes on the chosen rows; where none is chosen, the row one stands on.
  const take = () => {
    const button = document.querySelector("[data-key=a]");
    if (!button) return;
    const box = row() && row().querySelector("input[name=pick]");
    if (!button.form.querySelector("input[name=pick]:checked")) {
      if (!box) return;
      box.checked = true;
      if (!box.value.endsWith(":")) return box.focus(); // somebody has it: the next press takes it over
    }
    button.click();
  };

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    o: () => row() && row().querySelector("a") && row().querySelector("a").click(),
    x: pick,
    a: take,
    "/": () => document.querySelector("[data-key='/']") && document.querySelector("[data-key='/']").focus(),
    "?": () => document.querySelector("[data-key='?']") && document.querySelector("[data-key='?']").click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat && !"jk".includes(event.key)) return;
    if (typing(event.target) || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });
})();
