// Keys, copying, the file area and calm words when the portal does not answer.
// Everything here is a convenience: each page works without it.
"use strict";

document.documentElement.classList.add("js");

const find = (selector, root = document) => root.querySelector(selector);
const visible = (element) => element && element.getClientRects().length > 0;

// ── What only works with this file is shown by it, also in what htmx brings ──
const unveil = () => {
  for (const button of document.querySelectorAll("[data-copy], [data-print]")) button.hidden = false;
};
unveil();
document.addEventListener("htmx:load", unveil);

// ── Trouble: one line, said once, gone when the portal answers again ──
const trouble = find("#trouble");
const say = (words) => {
  if (trouble.textContent === words && !trouble.hidden) return;
  trouble.textContent = words;
  trouble.hidden = !words;
};
// Who was signed out keeps the page, and signs in beside it. Polls rest until this tab is looked at again.
let signedOut = false;
const saySignedOut = (why, href) => {
  const stays = `; ${find("#id_text") ? "your text" : "this page"} stays here.`;
  const link = Object.assign(document.createElement("a"), { href, target: "_blank", textContent: "Sign in in another tab" });
  signedOut = true;
  if (trouble.textContent === `${why} ${link.textContent}${stays}`) return;
  const line = document.createElement("p");
  line.append(`${why} `, link, stays);
  trouble.replaceChildren(line);
  trouble.hidden = false;
};
document.addEventListener("htmx:beforeRequest", (event) => {
  if (signedOut && !event.detail.requestConfig.triggeringEvent) event.preventDefault();
});
const askPreview = () => find("#id_fetch_attempt")?.dispatchEvent(new Event("change", { bubbles: true }));
const lookAgain = () => {
  if (document.hidden || !signedOut) return;
  signedOut = false;
  askPreview();
};
document.addEventListener("visibilitychange", lookAgain);
addEventListener("focus", lookAgain);
// A sign-in beside it makes the page's token old; the refusal brings a new one, if it is the same person.
let renewed = false;
const renew = ({ xhr, elt }) => {
  if (xhr.getResponseHeader("X-Person") !== document.body.dataset.person) {
    say("You signed out in another tab, or somebody else signed in. Copy what you need from this page, then reload it.");
    return;
  }
  const token = xhr.getResponseHeader("X-CSRFToken");
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  if (elt.closest("#lookup-form") && !renewed) askPreview();
  else say("This page was open too long, or you signed in anew elsewhere. Try once more.");
  renewed = true;
};

const kept = find("#id_text") ? "Your text is still here; try again." : "Try again in a moment.";
for (const kind of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(kind, () => say(`The portal did not answer. ${kept}`));
}
document.addEventListener("htmx:responseError", ({ detail }) => {
  const { status } = detail.xhr;
  if (status === 401) saySignedOut(detail.xhr.responseText, detail.xhr.getResponseHeader("Location"));
  else if (detail.xhr.getResponseHeader("X-CSRFToken")) renew(detail);
  else if (status === 403) say("This page was open too long, or you may not do this. Reload it and try again.");
  else if (status === 404) say("This is no longer there. Reload the page.");
  else if (status === 413) say("That is more than the portal takes at once. Upload it as a file, or in parts.");
  else say(`The portal did not answer as it should. ${kept}`);
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.successful) return;
  renewed = false;
  say("");
});

// A swap between press and release would swallow the click on the button that is swapped.
let pressed = null;
document.addEventListener("pointerdown", ({ target }) => { pressed = target.closest("button, a"); });
document.addEventListener("pointerup", () => setTimeout(() => { pressed = null; }, 0));
document.addEventListener("pointercancel", () => { pressed = null; });
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const busy = pressed && detail.target.contains(pressed);
  const reading = detail.target.id === "live" && find("#live details[open]");
  if (busy || reading) detail.shouldSwap = false;
});

// ── Menus and the list of keys ──
const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
};
// `toggle` does not bubble, so it is caught on its way down.
document.addEventListener("toggle", ({ target }) => {
  if (target.matches("details.menu")) find("summary", target).setAttribute("aria-expanded", target.open);
}, true);
const showKeys = () => { closeMenus(); find("#keys")?.showModal(); };

// ── Copying ──
const copy = async (button) => {
  const source = find(button.dataset.copy);
  let done = false;
  try {
    await navigator.clipboard.writeText(source.textContent);
    done = true;
  } catch {
    // No clipboard outside https: mark the text, so that the browser's own copy finds it.
    source.closest("details")?.setAttribute("open", "");
    getSelection().selectAllChildren(source);
    done = document.execCommand("copy");
  }
  button.dataset.words ??= button.innerHTML;
  button.textContent = done ? "Copied" : "Marked; copy it now";
  setTimeout(() => { button.innerHTML = button.dataset.words; }, 1800);
};

// ── The file area: a file is sent once, when it is chosen; later the form names what was kept ──
const keptFile = () => find("#id_upload");
const showFile = () => {
  const drop = find("[data-drop]");
  if (!drop) return;
  const file = find("input[type=file]", drop).files[0];
  const stored = keptFile();
  const name = find("[data-file-name]", drop);
  if (file) name.textContent = `${file.name}, ${Math.max(1, Math.round(file.size / 1000)).toLocaleString("en")} kB`;
  else name.textContent = stored ? `${stored.dataset.name}, ${stored.dataset.size}` : "";
  const has = Boolean(file || stored);
  name.hidden = !has;
  find("[data-file-clear]", drop).hidden = !has;
  find("[data-file-idle]", drop).hidden = has;
};
const setFile = (input, files) => {
  input.value = "";
  if (files) input.files = files;
  else keptFile()?.remove();
  input.dispatchEvent(new Event("change", { bubbles: true }));
};
document.addEventListener("htmx:xhr:progress", ({ target, detail }) => {
  const sent = find("[data-file-sent]", target);
  if (!sent || !detail.lengthComputable) return;
  sent.hidden = detail.loaded === detail.total || !find("input[type=file]", target).files.length;
  sent.value = detail.loaded / detail.total;
});
document.addEventListener("htmx:oobAfterSwap", () => {
  const input = find("[data-drop] input[type=file]");
  if (keptFile()) input.value = "";
  showFile();
});
showFile();
for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const drop = find("[data-drop]");
    if (!drop || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    drop.classList.toggle("over", kind === "dragenter" || kind === "dragover");
    if (kind === "drop" && event.dataTransfer.files.length) setFile(find("input[type=file]", drop), event.dataTransfer.files);
  });
}
document.addEventListener("change", ({ target }) => { if (target.type === "file") showFile(); });

const selectLine = (number) => {
  const box = find("#id_text");
  const lines = box.value.split("\n");
  if (number > lines.length) return;
  const start = lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
  box.focus();
  box.setSelectionRange(start, start + lines[number - 1].length);
  box.scrollTop = Math.max(0, (number - 4) * (box.scrollHeight / lines.length));
};

const insert = (text) => {
  const box = find("[data-search]");
  box.value = `${box.value.trimEnd()} ${text}`.trimStart();
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
};

document.addEventListener("click", (event) => {
  const { target } = event;
  closeMenus(target.closest("details.menu"));
  const button = target.closest("[data-copy], [data-print], [data-keys], [data-file-clear], [data-line], [data-insert]");
  if (!button) return;
  if (button.dataset.copy) copy(button);
  else if (button.dataset.line) selectLine(Number(button.dataset.line));
  else if (button.dataset.insert) { event.preventDefault(); insert(button.dataset.insert); }
  else if ("print" in button.dataset) print();
  else if ("keys" in button.dataset) showKeys();
  else setFile(find("[data-drop] input[type=file]"), null);
});

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !confirm(question)) event.preventDefault();
});

// ── Keys ──
const move = (step) => {
  const rows = [...document.querySelectorAll("[data-row]")].filter((row) => visible(find("a", row)));
  if (!rows.length) {
    find(step > 0 ? ".crumbs a[rel=next]" : ".crumbs a[rel=prev]")?.click();
    return;
  }
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
  find("a", rows[next]).focus();
};
const KEYS = {
  "/": () => { const box = find("[data-search]"); box?.focus(); box?.select(); },
  "?": showKeys,
  j: () => move(1),
  k: () => move(-1),
  c: () => find("[data-copy]")?.click(),
};
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = find("details.menu[open]");
    closeMenus();
    if (open) find("summary", open).focus();
    return;
  }
  const typing = event.target.closest("input:not([type=radio], [type=checkbox], [type=file]), textarea, select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || find("dialog[open]")) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
