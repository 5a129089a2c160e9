// Everything here is a convenience: each page works without it. Nothing is stored but the theme's cookie.
"use strict";

(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Words for spans: the same as crates/web/src/page/time.rs writes.
  function spanWords(milliseconds) {
    const seconds = Math.floor(Math.abs(milliseconds) / 1000);
    const minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
    if (minutes === 0) return `${seconds} s`;
    if (hours === 0) return `${minutes} min`;
    if (days === 0) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
    const unit = days === 1 ? "1 day" : `${days} days`;
    return days > 6 || hours % 24 === 0 ? unit : `${unit} ${hours % 24} h`;
  }

  function tick() {
    const now = Date.now();
    for (const time of all("time[data-ticks]")) {
      const span = now - Date.parse(time.dateTime);
      if (Number.isNaN(span)) continue;
      time.textContent = Math.abs(span) < 60000 ? "just now" : span > 0 ? `${spanWords(span)} ago` : `in ${spanWords(span)}`;
    }
    for (const time of all("time[data-due]")) {
      const left = Date.parse(time.dateTime) - now;
      if (Number.isNaN(left)) continue;
      if (left >= 0) time.textContent = `due in ${spanWords(left)}`;
      else {
        time.textContent = `breached ${spanWords(left)} ago`;
        const chip = time.closest(".clock");
        chip.classList.remove("running", "soon");
        chip.classList.add("breached");
      }
    }
  }
  // A page shown from the gallery or the print preview keeps the words the server wrote.
  if (location.protocol !== "file:") {
    tick();
    setInterval(tick, 15000);
  }

  // Lists: j and k move, Enter opens, a click on a row opens it.
  const rows = all("[data-rows] tr[data-href]");
  let here = -1;

  function move(to) {
    if (rows.length === 0) return;
    rows[here]?.classList.remove("here");
    here = Math.max(0, Math.min(rows.length - 1, to));
    const row = rows[here];
    row.classList.add("here");
    row.scrollIntoView({ block: "nearest" });
    one("a.open", row)?.focus({ preventScroll: true });
  }
  rows.forEach((row, at) => {
    row.addEventListener("focusin", () => { if (here !== at) { rows[here]?.classList.remove("here"); here = at; row.classList.add("here"); } });
    row.addEventListener("click", (event) => {
      if (event.target.closest("a, button, summary, input, select, form, details") || getSelection().toString()) return;
      location.assign(row.dataset.href);
    });
  });

  const decisions = { o: "open_case", m: "merge_into", r: "refer", b: "return_for_information", x: "no_action" };

  function decide(key) {
    const form = one(`details.decision[data-key="${key}"]`);
    if (form) {
      form.open = true;
      form.scrollIntoView({ block: "nearest" });
      one("input:not([type=hidden]), select, textarea", form)?.focus();
    } else if (one("table.queue") && rows[here]) {
      location.assign(`${rows[here].dataset.href}?decide=${decisions[key]}#decide-${decisions[key]}`);
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target.closest("input, select, textarea, [contenteditable]");
    if (event.key === "Escape") {
      if (typing) typing.blur();
      else all("details.person[open], details.sealed[open], details.clock[open]").forEach((d) => { d.open = false; });
      return;
    }
    if (typing) return;
    if (event.key === "/") { event.preventDefault(); one("#search")?.select(); one("#search")?.focus(); }
    else if (event.key === "?") location.assign("/keyboard");
    else if (event.key === "j") move(here + 1);
    else if (event.key === "k") move(here - 1);
    else if (event.key === "Enter" && rows[here] && !event.target.closest("a, button, summary")) location.assign(rows[here].dataset.href);
    else if (decisions[event.key]) { event.preventDefault(); decide(event.key); }
  });

  // A menu that floats shuts when one presses beside it.
  document.addEventListener("click", (event) => {
    all("details.person[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  // The address of a form that is to stand open.
  const named = location.hash && document.getElementById(location.hash.slice(1));
  if (named && named.matches("details.decision")) {
    named.open = true;
    one("input:not([type=hidden]), select, textarea", named)?.focus();
  }

  // Light or dark, at once.
  one("[data-theme-form]")?.addEventListener("submit", (event) => {
    const chosen = event.submitter?.value;
    if (!chosen) return;
    event.preventDefault();
    document.documentElement.dataset.theme = chosen;
    document.cookie = `theme=${chosen}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
    all("button", event.currentTarget).forEach((b) => b.setAttribute("aria-pressed", String(b.value === chosen)));
  });

  // A revealed value counts down and is taken off the page when its minute is over.
  function countDown(revealed, over) {
    const end = performance.now() + Number(revealed.dataset.seconds) * 1000;
    const left = one("[data-left]", revealed);
    const step = setInterval(() => {
      const seconds = Math.ceil((end - performance.now()) / 1000);
      if (seconds > 0) { if (left) left.textContent = `${seconds} s`; return; }
      clearInterval(step);
      revealed.remove();
      over();
    }, 500);
  }
  all(".revealed").forEach((revealed) => countDown(revealed, () => one("a.button.main")?.click()));

  // Sealed fields open in their place; any other answer than the value goes the long way.
  for (const form of all("form[data-reveal]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      let answer;
      try {
        answer = await fetch(form.action, {
          method: "POST", headers: { "X-Fragment": "1" }, body: new URLSearchParams(new FormData(form)), redirect: "manual",
        });
      } catch { answer = null; }
      if (!answer?.ok) { form.submit(); return; }
      const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
      const revealed = one(".revealed", parsed);
      if (!revealed) { form.submit(); return; }
      const field = form.closest("details");
      field.after(revealed);
      field.open = false;
      field.hidden = true;
      one(".value", revealed)?.focus();
      countDown(revealed, () => { field.hidden = false; one("summary", field)?.focus(); });
    });
  }
  // Nothing revealed comes back with the browser's Back.
  addEventListener("pagehide", () => all(".revealed").forEach((revealed) => revealed.remove()));

  // The list of alerts says that there are more, and leaves what is being read where it is.
  const coming = one("[data-alerts]");
  if (coming && location.protocol !== "file:" && "EventSource" in window) {
    const raised = new Set();
    let missed = false;
    const say = () => {
      const count = raised.size;
      const words = missed ? "New alerts" : count === 1 ? "1 new alert" : `${count} new alerts`;
      const show = document.createElement("a");
      show.href = location.href;
      show.textContent = "show";
      coming.replaceChildren(`${words} – `, show);
    };
    const stream = new EventSource(coming.dataset.alerts);
    stream.addEventListener("alert", (event) => {
      const alert = JSON.parse(event.data);
      if (alert.raised) { raised.add(alert.id); say(); }
    });
    stream.addEventListener("missed", () => { missed = true; say(); });
    addEventListener("pagehide", () => stream.close());
  }

  // Uploads say how far they are.
  for (const form of all("form[data-upload]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const says = one("[data-upload-says]", form);
      const buttons = all("button", form);
      const request = new XMLHttpRequest();
      const failed = (why) => {
        buttons.forEach((b) => { b.disabled = false; });
        says.textContent = `${why} Nothing was brought in. Try again.`;
      };
      request.upload.addEventListener("progress", (e) => {
        if (e.lengthComputable) says.textContent = e.loaded < e.total ? `Sending: ${Math.floor((e.loaded / e.total) * 100)} %` : "Sent. It is being read.";
      });
      request.addEventListener("error", () => failed("The connection broke."));
      request.addEventListener("load", () => {
        const page = new DOMParser().parseFromString(request.responseText, "text/html");
        const problem = one(".problem, .notice.failed", page);
        if (request.status < 300 && !problem) location.assign(request.responseURL);
        else failed(problem ? problem.textContent.trim() : `The server answered ${request.status}.`);
      });
      request.open("POST", form.action);
      buttons.forEach((b) => { b.disabled = true; });
      says.textContent = "Sending";
      request.send(new FormData(form));
    });
  }
})();
