// The drill room without page loads. Everything here also works without it: forms, links and this script ask the same addresses.
"use strict";
(() => {
  const frame = document.getElementById("frame");
  const base = frame.dataset.base;
  const part = (name, root = document) => root.querySelector(`[data-part="${name}"]`);
  const drafts = new Map(); // what stands in the box of a chat one has left
  document.documentElement.classList.add("scripted");

  // ---- looking: fetch the parts, put in place what changed
  const parts = ["clock", "example", "chats"];
  const given = new Map(parts.map((name) => [name, part(name).innerHTML])); // as served: what one unfolds is no change
  let looking = Promise.resolve(); // one look after the other: none overtakes, none undoes what another put in place
  function look(address, options) {
    looking = looking.catch(() => {}).then(() => lookNow(address(), options));
    return looking;
  }
  async function lookNow(address, { fresh = false, sent = false } = {}) {
    const answer = await fetch(`${base}/parts${address.search}`, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    const moved = part("talk", found).dataset.chat !== part("talk").dataset.chat;
    for (const name of parts) swap(name, part(name, found));
    if (moved || fresh) change(found, moved);
    else { refresh(found); if (sent) emptied(found); }
    wind();
  }

  function swap(name, next) { // only when it changed: a click on what is replaced meanwhile would be lost
    if (given.get(name) === next.innerHTML) return;
    given.set(name, next.innerHTML);
    const old = part(name);
    const kept = keepFocus(old);
    const across = old.scrollLeft, down = old.scrollTop;
    const narrated = old.querySelector(".narration"), told = next.querySelector(".narration");
    const open = [...old.querySelectorAll("details")].map((each) => each.open);
    old.replaceChildren(...next.childNodes);
    old.querySelectorAll("details").forEach((each, n) => { each.open = open[n] ?? each.open; });
    if (narrated && told) { // the same live region stays, so that its new words are read out
      const words = [...told.childNodes];
      old.querySelector(".narration").replaceWith(narrated);
      if (narrated.innerHTML !== told.innerHTML) narrated.replaceChildren(...words);
    }
    old.scrollLeft = across; old.scrollTop = down;
    kept();
  }

  function keepFocus(root) {
    const at = document.activeElement;
    if (!at || !root.contains(at)) return () => {};
    const mark = at.id ? `#${CSS.escape(at.id)}` : at.name ? `${at.tagName}[name="${at.name}"][value="${CSS.escape(at.value)}"]` : at.getAttribute("href") ? `a[href="${CSS.escape(at.getAttribute("href"))}"]` : at.tagName === "SUMMARY" ? "summary" : null;
    const place = [...root.querySelectorAll("a, button, input, select, textarea, summary")].indexOf(at);
    return (now = root) => {
      const again = (mark && now.querySelector(mark)) || now.querySelectorAll("a, button, input, select, textarea, summary")[place] || now.querySelector("button, a");
      if (again) again.focus({ preventScroll: true });
    };
  }

  function change(found, moved) {
    const old = part("talk"), next = part("talk", found), box = say();
    if (box && moved) drafts.set(old.dataset.chat, box.value);
    const typed = box ? box.value : "";
    const focused = document.activeElement === box;
    if (moved) document.querySelector(".flash")?.remove();
    old.dataset.chat = next.dataset.chat; old.dataset.as = next.dataset.as;
    old.replaceChildren(...next.childNodes);
    if (say() && !say().value) say().value = moved ? drafts.get(old.dataset.chat) || "" : typed;
    if (focused && say()) say().focus();
    document.title = found.title || `${old.querySelector("h2").textContent} · ${document.title.split(" · ").pop()}`;
    show();
  }

  function refresh(found) {
    const list = document.getElementById("messages"), next = found.getElementById("messages");
    const head = part("talk-head");
    if (head.innerHTML !== part("talk-head", found).innerHTML && !head.contains(document.activeElement)) head.replaceWith(part("talk-head", found));
    const had = new Map([...list.children].map((each) => [each.id, each]));
    let after = null;
    for (const each of [...next.children]) {
      const old = had.get(each.id);
      had.delete(each.id);
      if (old && old.dataset.rev === each.dataset.rev && old.className.replace(/ (new|lit)/g, "") === each.className) { after = old; continue; }
      const kept = old ? keepFocus(old) : () => {};
      if (old) old.replaceWith(each);
      else {
        each.classList.add("new");
        if (after) after.after(each); else list.prepend(each);
        if (each.classList.contains("toast") && !inView(each)) flash(each.querySelector("[dir]").textContent);
      }
      kept(each);
      after = each;
    }
    for (const gone of had.values()) gone.remove();
  }

  function emptied(found) { // without what was sent; what stands there since stays, and so does the place in the talk
    const typed = say().value;
    part("composer").replaceWith(part("composer", found));
    if (!say().value) say().value = typed;
  }

  function inView(each) {
    const at = each.getBoundingClientRect(), view = document.getElementById("scroll").getBoundingClientRect();
    return at.top >= view.top && at.bottom <= view.bottom + 1;
  }

  const say = () => document.getElementById("say")?.tagName === "TEXTAREA" ? document.getElementById("say") : null;
  const here = () => {
    const talk = part("talk"), address = new URL(`${base}/`, location.href);
    address.searchParams.set("chat", talk.dataset.chat);
    if (talk.dataset.as) address.searchParams.set("as", talk.dataset.as);
    return address;
  };

  async function go(address, options = {}) {
    try {
      await look(() => address, { fresh: true });
      if (options.push !== false) history.pushState(null, "", here());
      if (options.write && say()) say().focus();
    } catch { location.assign(address); }
  }

  function show() {
    const list = document.querySelector(".chats"), chat = list?.querySelector("a[aria-current]");
    if (chat) { // by hand: scrollIntoView() would also move where Tab goes on from, past the skip link
      const at = chat.getBoundingClientRect(), view = list.getBoundingClientRect();
      list.scrollLeft += at.left - view.left - (view.width - at.width) / 2;
      list.scrollTop += Math.min(0, at.top - view.top) + Math.max(0, at.bottom - view.bottom);
    }
    document.getElementById("scroll").scrollTop = 0; // reversed: 0 is the newest
  }

  let flashing;
  function flash(text) {
    document.querySelector(".flash")?.remove();
    const note = document.createElement("p");
    note.className = "flash"; note.setAttribute("aria-hidden", "true"); note.textContent = text;
    document.body.append(note);
    clearTimeout(flashing);
    flashing = setTimeout(() => note.remove(), 4200);
  }

  // ---- hearing: the room tells what changed
  let following = false, waiting;
  function hear(what) {
    if (what === "example") following = true;
    if (waiting) return;
    waiting = setTimeout(async () => {
      waiting = undefined;
      const follow = following;
      following = false;
      try {
        await look(() => {
          const address = here(), busy = say() && document.activeElement === say() && say().value;
          const playing = document.querySelector('.player [value="stop"]');
          if (follow && playing && !busy) { address.searchParams.delete("chat"); address.searchParams.set("follow", "1"); }
          return address;
        });
        history.replaceState(null, "", here());
      } catch { /* the next event, or the reconnection, looks again */ }
    }, 90);
  }
  let events;
  function listen() { // a hidden page lets go of its connection: a browser has only six for all its windows
    events?.close();
    events = undefined;
    if (document.hidden) return;
    events = new EventSource(`${base}/events`);
    let cut = true;
    events.onmessage = (event) => hear(JSON.parse(event.data).what);
    events.onerror = () => { cut = true; };
    events.onopen = () => { if (cut) hear("again"); cut = false; };
  }
  listen();
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => events?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  addEventListener("popstate", () => go(new URL(location.href), { push: false }));

  // ---- the clock goes on between two looks
  let shown, since;
  function wind() { shown = document.getElementById("now"); since = performance.now(); turn(); }
  function turn() {
    if (!shown) return;
    const speed = Number(shown.dataset.speed);
    const now = new Date(Number(shown.dataset.now) + Number(shown.dataset.offset) + (speed ? (performance.now() - since) * speed : 0));
    const text = now.toISOString();
    put("[data-hm]", text.slice(11, 16)); put("[data-s]", text.slice(16, 19)); put("[data-day]", text.slice(5, 10));
  }
  function put(where, text) { const at = shown.parentElement.querySelector(where); if (at && at.textContent !== text) at.textContent = text; }
  setInterval(turn, 100);
  setInterval(() => { if (shown && Number(shown.dataset.speed)) hear("clock"); }, 5000);

  // ---- doing: forms go without a page load; what was refused stays in the box
  addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    if (form.method !== "post") return;
    event.preventDefault();
    if (form.dataset.sending) return;
    form.dataset.sending = "yes";
    const filled = new FormData(form, button);
    const composing = form.id === "composer";
    try {
      const answer = await fetch(form.action, { method: "POST", body: filled, headers: { "X-Drill": "1" }, credentials: "same-origin" });
      const told = await answer.json();
      if (!answer.ok) return refuse(told.notice);
      if (composing) { clear(form); document.getElementById("scroll").scrollTop = 0; }
      notice("");
      await look(() => {
        const address = here();
        if (told.chat !== part("talk").dataset.chat || !part("talk").dataset.as) { address.searchParams.set("chat", told.chat); if (told.as) address.searchParams.set("as", told.as); }
        return address;
      }, { sent: composing });
      history.replaceState(null, "", here());
      if (composing && document.activeElement === document.body) say()?.focus();
    } catch { refuse(frame.dataset.busy); }
    finally { delete form.dataset.sending; }
  });

  function clear(form) {
    form.querySelectorAll("textarea, input:not([type=hidden])").forEach((each) => { each.value = ""; });
  }
  function notice(text) {
    const at = document.getElementById("notice");
    if (!at) return Boolean(text) && flash(text);
    at.hidden = !text;
    if (at.textContent !== text) at.textContent = text;
  }
  function refuse(text) { notice(text); if (!document.getElementById("notice")) flash(text); }

  addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (link.matches("[data-go], [data-edit], [data-reply]")) {
      event.preventDefault();
      const undone = link.closest(".chip")?.querySelector('[name="edit"], [name="preset"]');
      if ((undone || link.matches(".presets a")) && say()) say().value = ""; // a post takes the place of what stood there
      go(new URL(link.href), { write: !link.closest(".chats"), push: Boolean(link.closest(".chats")) });
    } else if (link.matches(".quote")) {
      event.preventDefault();
      const quoted = document.querySelector(link.getAttribute("href"));
      quoted?.scrollIntoView({ block: "center" }); quoted?.classList.add("lit");
      setTimeout(() => quoted?.classList.remove("lit"), 1600);
    }
  });
  addEventListener("change", (event) => {
    if (event.target.id === "as") {
      const address = here();
      address.searchParams.set("as", event.target.value);
      go(address).then(() => document.getElementById("as")?.focus());
    } else if (event.target.type === "file") {
      const chosen = document.getElementById("chosen"), names = [...event.target.files].map((file) => file.name);
      chosen.hidden = !names.length;
      chosen.textContent = names.length ? `${chosen.dataset.one} ${names.join("、")}` : "";
    }
  });
  addEventListener("keydown", (event) => {
    if (event.target.id === "say" && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      document.getElementById("composer").requestSubmit(document.getElementById("send"));
    }
  });

  wind();
  show();
})();
