// The filing form made easier: drafts in this browser, files sent as they are chosen, the letter as it is typed, and
// one sending at a time. Nothing here is needed: without it every button of the form does the same by itself.
(() => {
  const DRAFTS = "kigen:draft:";
  const OFF = "kigen:nodraft";
  const DAY = 86400000;
  const LONG = 5000; // who opens the page is not kept from typing for longer than this
  const NOT_KEPT = new Set(["kept", "homepage", "form_version", "altcha"]);
  const key = DRAFTS + location.pathname;
  const find = (selector) => document.querySelector(selector);
  const filing = () => find("#filing");
  let busy = false;
  let upload = null;
  let timer = 0;
  let restoring = false; // a draft is on its way back: nothing takes its place meanwhile
  let stale = true; // the letter shown is not what the form says now
  let seen = false; // the letter is on the screen

  // A browser may refuse to keep anything: then there is no draft, and nothing else changes.
  const kept = {
    get: (name) => { try { return localStorage.getItem(name); } catch { return null; } },
    set: (name, value) => { try { localStorage.setItem(name, value); } catch { /* full, or forbidden */ } },
    drop: (name) => { try { localStorage.removeItem(name); } catch { /* forbidden */ } },
    names: () => { try { return Object.keys(localStorage); } catch { return []; } },
  };

  const words = (form) => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NOT_KEPT.has(name));

  const save = () => {
    clearTimeout(timer);
    timer = 0;
    if (filing() && !restoring && !kept.get(OFF)) kept.set(key, JSON.stringify({ at: Date.now(), pairs: words(filing()) }));
  };

  // The draft of this form, or those of every service.
  const forget = ({ all = false } = {}) => {
    clearTimeout(timer);
    timer = 0;
    kept.names().filter((name) => all ? name.startsWith(DRAFTS) : name === key).forEach(kept.drop);
  };

  const draft = () => {
    try {
      const found = JSON.parse(kept.get(key));
      return found && Date.now() - found.at < 14 * DAY ? found : null;
    } catch { return null; }
  };

  const say = (text) => {
    const place = find("#sending");
    if (!place) return;
    place.hidden = !text;
    place.textContent = text;
    if (text) place.scrollIntoView({ block: "center" });
  };

  // The page that comes takes the place of this one: until it is there, nothing is typed that would be lost with it.
  const still = (on) => { find("main").inert = on; };

  // What a screen reader hears of a change that the eye sees.
  const tell = (text) => { if (find("#heard")) find("#heard").textContent = text; };

  // Puts the page that came back in place of the one that was sent, as a browser would.
  const show = (html, { quiet = false } = {}) => {
    const next = new DOMParser().parseFromString(html, "text/html");
    if (!next.querySelector("#filing")) {
      const told = [...next.querySelectorAll("main h1, main p")].slice(0, 3).map((one) => one.textContent.trim()).join(" ");
      say(told || filing().dataset.lost);
      return;
    }
    document.title = next.title;
    find("main").replaceWith(document.adoptNode(next.querySelector("main")));
    if (location.search && !find("[name=follows]")) history.replaceState(null, "", location.pathname); // taken out: for good
    ready();
    const first = find("#errors") || find("main [autofocus]");
    if (first) first.focus();
    else if (!quiet) window.scrollTo(0, 0);
  };

  // How far people get: at most one word to this house for each section, about the page and about nobody. Who asks not
  // to be counted (Global Privacy Control, Do Not Track) is not.
  const uncounted = navigator.globalPrivacyControl || navigator.doNotTrack === "1" || !navigator.sendBeacon;
  let furthest = 0;
  const reach = (step) => {
    if (uncounted || !filing() || step <= furthest) return;
    const said = new URLSearchParams({ before: furthest, step });
    if (navigator.sendBeacon(filing().dataset.reached, said)) furthest = step;
  };
  document.addEventListener("input", ({ target }) => {
    const section = target.form === filing() && target.closest("section[id^=s]");
    if (section) reach(Number(section.id.slice(1)));
  });

  // Against automatic filings the browser computes something (ALTCHA) while the form is filled in, and nobody sees it.
  // Nothing waits for it long: a filing without it arrives all the same.
  const prover = () => {
    const one = find("altcha-widget");
    if (!one || !one.getState || !window.$altcha) return null;
    window.$altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(one.dataset.worker));
    return one;
  };
  const prove = (states) => {
    const one = prover();
    if (one && states.includes(one.getState())) one.verify();
  };
  const proven = () => new Promise((done) => {
    const one = prover();
    if (!one || one.getState() === "verified") return done();
    one.addEventListener("statechange", ({ detail }) => {
      if (["verified", "error"].includes(detail.state)) setTimeout(done); // its field is written by then
    });
    setTimeout(done, 8000);
    prove(["unverified", "expired", "error"]);
  });
  document.addEventListener("focusin", ({ target }) => {
    if (target.form && target.form === filing()) prove(["unverified", "expired"]);
  });

  const waiting = (button, on) => {
    if (!button) return;
    button.toggleAttribute("aria-busy", on);
    button.setAttribute("aria-disabled", String(on));
    if (on) button.dataset.label = button.textContent;
    if (!button.value.includes(":")) button.textContent = on ? filing().dataset.busy : button.dataset.label;
    if (!on) button.removeAttribute("aria-disabled");
  };

  const send = async (form, button) => {
    if (upload) upload.abort(); // the files go with the form
    busy = true;
    say("");
    waiting(button, true);
    const focused = document.activeElement;
    still(true);
    if (!button || ["", "send", "again"].includes(button.value)) {
      reach(8);
      await proven();
    }
    const body = new FormData(form);
    if (button && button.name) body.append(button.name, button.value);
    if (furthest) body.append("seen", "y");
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      if (answer.redirected) {
        forget();
        location.assign(answer.url);
        return; // stays busy: one press, one filing
      }
      if (answer.status >= 500) throw new Error(answer.status);
      const html = await answer.text();
      still(false);
      show(html);
      save();
    } catch {
      still(false);
      say(form.dataset.lost);
    }
    if (focused.isConnected && document.activeElement === document.body) focused.focus({ preventScroll: true });
    waiting(button, false);
    busy = false;
  };

  // Sends chosen files at once, with the words of the form, and draws only their part of the page anew.
  const bring = (input) => {
    const form = input.form;
    const part = input.closest("[id$='-part']");
    const body = new FormData();
    for (const [name, value] of new FormData(form)) if (typeof value === "string" || name === input.name) body.append(name, value);
    body.append("do", "keep");
    const bar = Object.assign(document.createElement("progress"), { max: 100, value: 0, className: "progress" });
    bar.setAttribute("aria-label", form.dataset.upload);
    input.after(bar);
    const request = new XMLHttpRequest();
    request.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total; };
    request.onload = () => {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const next = page.getElementById(part.id);
      const token = page.querySelector("#filing [name=token]"); // a new one where this page was filed before
      if (next && token) form.elements.token.value = token.value;
      if (next) part.replaceWith(document.adoptNode(next));
      else say(form.dataset.lost);
      if (next) tell([...next.querySelectorAll(".field__error, [id$='kept']")].map((one) => one.textContent.trim()).join(" "));
      ready();
      const again = document.getElementById(input.id);
      if (again && document.activeElement === document.body) again.focus();
      save();
    };
    request.onerror = () => say(form.dataset.lost);
    request.onloadend = () => { bar.remove(); if (upload === request) upload = null; };
    if (upload) upload.abort();
    upload = request;
    request.open("POST", form.action);
    request.send(body);
  };

  const foretell = async () => {
    if (!seen || !stale || !filing() || !find("#told")) return;
    stale = false;
    const body = new FormData();
    words(filing()).forEach(([name, value]) => body.append(name, value));
    try {
      const answer = await fetch(filing().dataset.preview, { method: "POST", body });
      if (answer.ok && find("#told")) find("#told").innerHTML = await answer.text();
    } catch { stale = true; }
  };

  const watch = window.IntersectionObserver && new IntersectionObserver((entries) => {
    seen = entries.some((entry) => entry.isIntersecting);
    foretell();
  });

  const count = (area) => {
    const n = [...area.value].length;
    let line = area.parentElement.querySelector(".counter");
    if (!line) {
      line = Object.assign(document.createElement("p"), { className: "counter" });
      area.after(line);
    }
    line.textContent = area.dataset.count.replace("{n}", n.toLocaleString());
    line.classList.toggle("counter--over", n > Number(area.dataset.most));
  };

  const ready = () => {
    const form = filing();
    if (!form) return;
    find("#draft").hidden = false;
    find("#nodraft").checked = Boolean(kept.get(OFF));
    document.querySelectorAll("[data-without-script]").forEach((one) => { one.hidden = true; });
    document.querySelectorAll("textarea[data-most]").forEach(count);
    if (watch) {
      watch.disconnect();
      watch.observe(find("#told"));
    }
  };

  // What was typed or chosen before a draft came back, put into the page that came with it.
  const carry = (form) => {
    for (const one of form.querySelectorAll("input, select, textarea")) {
      const file = one.type === "file" && one.files.length;
      const changed = one.tagName === "SELECT" ? [...one.options].some((o) => o.selected !== o.defaultSelected)
        : one.value !== one.defaultValue || one.checked !== one.defaultChecked;
      if (!one.name || one.type === "hidden" || !(file || changed)) continue;
      const twin = filing().querySelector(one.id ? `#${one.id}` : `[name="${one.name}"][value="${one.value}"]`);
      if (!twin) continue;
      if (file) { twin.files = one.files; bring(twin); } else { twin.value = one.value; twin.checked = one.checked; }
      if (twin.dataset.most) count(twin);
    }
  };

  const restore = async (found) => {
    const before = filing();
    const body = new FormData();
    const named = find("[name=follows]"); // the page that was asked for now says what it goes on from
    if (named) body.append("follows", named.value);
    found.pairs.forEach(([name, value]) => { if (!named || name !== "follows") body.append(name, value); });
    body.append("do", "restore");
    restoring = true;
    still(true);
    const free = setTimeout(() => still(false), LONG);
    try {
      const answer = await fetch(before.action, { method: "POST", body });
      const html = answer.ok && await answer.text();
      const focused = document.activeElement;
      if (html && !busy) show(html, { quiet: true });
      if (filing() !== before) {
        carry(before);
        if (focused.id && before.contains(focused)) document.getElementById(focused.id)?.focus({ preventScroll: true });
        find("[data-draft=restored]").hidden = false;
      }
    } catch { /* the draft stays for the next time */ }
    clearTimeout(free);
    restoring = false;
    if (busy) return;
    still(false);
    if (filing() !== before) save();
  };

  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.target !== filing() || (button && (button.hasAttribute("formaction") || button.value.startsWith("language")))) return;
    event.preventDefault();
    if (!busy) send(filing(), button);
  });

  document.addEventListener("input", (event) => {
    const form = filing();
    if (!form || event.target.form !== form || event.target.type === "file" || event.target.id === "nodraft") return;
    if (event.target.dataset.most) count(event.target);
    if (event.target.id === "email") find("#unsure").hidden = !/^\.|\.\.|\.@/.test(event.target.value.trim());
    stale = true;
    clearTimeout(timer);
    timer = setTimeout(() => { save(); foretell(); }, 600);
  });

  document.addEventListener("change", (event) => {
    if (event.target.type === "file" && event.target.form === filing() && event.target.files.length && !restoring) bring(event.target);
    if (event.target.id !== "nodraft") return;
    if (event.target.checked) { forget({ all: true }); kept.set(OFF, "1"); } else { kept.drop(OFF); save(); }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("a.exit")) forget({ all: true });
    const clear = event.target.closest("[data-draft=clear]");
    if (clear && window.confirm(filing().dataset.sure)) { forget(); location.assign(location.pathname); }
  });

  addEventListener("pagehide", () => { if (timer) save(); });
  addEventListener("pageshow", (event) => { if (event.persisted) { busy = false; still(false); } });

  ready();
  kept.names().filter((name) => name.startsWith(DRAFTS) && name !== key).forEach((name) => {
    try { if (Date.now() - JSON.parse(kept.get(name)).at > 14 * DAY) kept.drop(name); } catch { kept.drop(name); }
  });
  if (filing() && filing().hasAttribute("data-fresh")) {
    const found = draft();
    if (found) restore(found);
    else kept.drop(key);
  }
})();
