// What stands in the form of a new lookup stays in this tab until the lookup exists, so that neither a
// session that ends nor a reload takes it away. The browser forgets it with the tab.
"use strict";

{
  const KEY = "new-lookup";
  // By itself, because JSON makes it longer: the longest text that the portal takes just fits a browser's 5 MiB.
  const TEXT = "new-lookup-text";
  const READING = ["part", "encoding", "sheet", "column", "hidden_rows"];
  const PLAIN = ["nonce", "text", "title", "fetch_attempt", "refresh", "watch"];
  const { person, made } = document.body.dataset;
  const form = find("#lookup-form");

  // A browser may refuse its storage, or have no room for the text.
  const attempt = (act) => { try { return act(); } catch { return null; } };
  const forget = () => attempt(() => { for (const key of [KEY, TEXT]) sessionStorage.removeItem(key); });
  const recall = () => attempt(() => {
    const draft = JSON.parse(sessionStorage.getItem(KEY));
    draft.values.text = sessionStorage.getItem(TEXT);
    return draft;
  });

  const read = (field) => (field.type === "checkbox" ? field.checked : field.value);
  const write = (field, value) => {
    if (field.type === "checkbox") { field.checked = value; return; }
    const before = field.value;
    field.value = value;
    // A choice that is no longer offered.
    if (field.value !== value) field.value = before;
  };

  const save = () => {
    const values = {};
    for (const name of [...PLAIN, ...READING, "credential", "upload", "desk"]) {
      if (form.elements[name]) values[name] = read(form.elements[name]);
    }
    const { text, ...others } = values;
    if (!text && !values.title && !values.upload) { forget(); return; }
    const draft = JSON.stringify({ person, values: others, file: { ...find("#id_upload")?.dataset } });
    const isKept = attempt(() => {
      sessionStorage.setItem(TEXT, text);
      sessionStorage.setItem(KEY, draft);
      return true;
    });
    if (!isKept) forget();
  };

  const hidden = (name, value) => {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    find("#reading").append(field);
    return field;
  };
  const restore = ({ values, file }) => {
    for (const name of PLAIN) {
      if (form.elements[name] && name in values) write(form.elements[name], values[name]);
    }
    // Credentials and files belong to the team.
    if (values.desk === form.elements.desk.value) {
      if (form.elements.credential && values.credential) write(form.elements.credential, values.credential);
      if (values.upload) {
        const upload = hidden("upload", values.upload);
        upload.id = "id_upload";
        Object.assign(upload.dataset, file);
        for (const name of READING) if (values[name]) hidden(name, values[name]);
        showFile();
      }
    }
    document.addEventListener("htmx:load", askPreview, { once: true });
  };

  const draft = recall();
  const isGone = draft && ((person !== undefined && draft.person !== person) || draft.values.nonce === made);
  if (isGone) forget();

  if (form) {
    const isEmpty = !["text", "title", "upload"].some((name) => form.elements[name]?.value);
    if (draft && !isGone && isEmpty) restore(draft);
    let timer = 0;
    const saveNow = () => { clearTimeout(timer); timer = 0; save(); };
    const saveSoon = () => { clearTimeout(timer); timer = setTimeout(saveNow, 300); };
    form.addEventListener("input", saveSoon);
    form.addEventListener("change", saveSoon);
    form.addEventListener("submit", saveNow);
    document.addEventListener("htmx:oobAfterSwap", saveSoon);
    addEventListener("pagehide", () => { if (timer) saveNow(); });
  }
}
