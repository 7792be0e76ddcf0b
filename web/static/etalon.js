// What pages do beyond links and forms: keys, lists that go with the viewer, dropped files, times of the reader's own clock.

const body = document.body;
const view = document.querySelector("etalon-view");
document.documentElement.classList.add("scripted");

// -- keys: every control that has one names it in data-key --------------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const typing = event.target.closest("input:not([type=range]):not([type=checkbox]), textarea, select");
  if (typing || document.querySelector("dialog[open]")) return;
  if (event.key === " " && event.target.closest("button, a, summary, input")) return;
  const key = event.key === "=" ? "+" : event.key === "_" ? "-" : event.key;
  if (view && (key === "n" || key === "p")) {
    event.preventDefault();
    view.step(key === "n" ? 1 : -1);
    return;
  }
  if (key === "j" || key === "k") return void nextShot(key === "j" ? 1 : -1, event);
  const control = controlOf(key);
  if (!control) return;
  event.preventDefault();
  if (control.matches("input, select, textarea")) control.focus();
  else control.click();
});

/** The control with that key. Of those on cards only the one of the card in focus. */
function controlOf(key) {
  const card = document.activeElement?.closest(".card") ?? null;
  const found = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  return found.find((one) => one.offsetParent && !one.disabled && (!one.closest(".card") || one.closest(".card") === card));
}

/** On a list: from card to card. On a shot's own page: to the page of the next. */
function nextShot(by, event) {
  const link = document.querySelector(by > 0 ? "a[data-next-shot]" : "a[data-previous-shot]");
  const cards = [...document.querySelectorAll("a[data-shot]")];
  if (!link && !cards.length) return;
  event.preventDefault();
  if (link) return void link.click();
  const card = document.activeElement?.closest(".card");
  const at = cards.findIndex((one) => card?.contains(one));
  const next = cards[at < 0 ? (by > 0 ? 0 : cards.length - 1) : Math.min(Math.max(at + by, 0), cards.length - 1)];
  next.focus();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
});

// -- the list beside the viewer -----------------------------------------------------------------------------------------------------

if (view) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-finding]");
    if (!link) return;
    event.preventDefault();
    view.pick(link.dataset.finding);
  });
  for (const [name, id] of [["mouseover", true], ["mouseout", false]]) {
    document.addEventListener(name, (event) => {
      const link = event.target.closest?.("[data-finding]");
      if (link) view.point(id ? link.dataset.finding : null);
    });
  }
  view.addEventListener("pick", (event) => {
    mark("is-picked", event.detail);
    if (!event.detail) return;
    history.replaceState(null, "", `#${encodeURIComponent(event.detail)}`);
    const line = document.getElementById(event.detail);
    line?.querySelector("[data-finding]")?.setAttribute("aria-current", "true");
    line?.scrollIntoView({ block: "nearest" });
  });
  view.addEventListener("over", (event) => mark("is-over", event.detail));
  view.addEventListener("draw", (event) => askToIgnore(event.detail));
  for (const layer of document.querySelectorAll("[data-layer]")) {
    layer.addEventListener("toggle", () => view.showLayer(layer.dataset.layer, layer.open));
  }
  const kinds = document.querySelector("[data-filter-kinds]");
  kinds?.addEventListener("change", () => {
    const off = [...kinds.querySelectorAll("input:not(:checked)")].map((one) => one.value);
    view.hideKinds(off);
    for (const line of document.querySelectorAll("[data-list] [data-kind]")) line.hidden = off.includes(line.dataset.kind);
  });
  if (location.hash) mark("is-picked", decodeURIComponent(location.hash.slice(1)));
}

function mark(name, id) {
  for (const line of document.querySelectorAll(`li.${name}`)) {
    line.classList.remove(name);
    if (name === "is-picked") line.querySelector("[aria-current]")?.removeAttribute("aria-current");
  }
  if (id) document.getElementById(id)?.classList.add(name);
}

async function askToIgnore({ box, of }) {
  const [x, y, width, height] = box;
  const dialog = document.getElementById("ignore");
  const url = `${view.dataset.ignore}?${new URLSearchParams({ x, y, width, height, of })}`;
  await htmx.ajax("GET", url, { target: dialog, swap: "innerHTML" });
  if (dialog.childElementCount) dialog.showModal();
}

// -- what htmx cannot say: a refusal, a lost connection -----------------------------------------------------------------------------

const notice = document.getElementById("notice");

function say(sentence) {
  notice.textContent = sentence;
  notice.hidden = !sentence;
}

body.addEventListener("htmx:beforeRequest", () => say(""));
body.addEventListener("htmx:sendError", () => say(body.dataset.lost));
body.addEventListener("htmx:timeout", () => say(body.dataset.lost));
body.addEventListener("htmx:responseError", (event) => {
  const xhr = event.detail.xhr;
  const plain = (xhr.getResponseHeader("content-type") ?? "").startsWith("text/plain");
  say(plain ? xhr.responseText : body.dataset.lost);
  if (event.detail.elt.matches(".progress")) setTimeout(() => location.reload(), 3000);
});
body.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = body.dataset.csrf;
});

// -- reviews of many shots ask for confirmation ----------------------------------------------------------------------------------

for (const many of document.querySelectorAll("[data-asks]")) {
  many.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || button.dataset.asked) return;
    event.preventDefault();
    button.dataset.asked = "yes";
    const before = button.textContent;
    button.textContent = many.dataset.asks;
    setTimeout(() => {
      delete button.dataset.asked;
      button.textContent = before;
    }, 4000);
  });
}
document.body.addEventListener("htmx:afterSwap", (event) => {
  const head = event.detail.elt;
  if (head.id === "head" && head.dataset.state === "concluded") location.reload();
});

// -- small things -------------------------------------------------------------------------------------------------------------------

for (const control of document.querySelectorAll("[data-submits]")) control.addEventListener("change", () => control.form.submit());

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copies).value;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyByHand(text); // no clipboard without https
  }
  const before = button.textContent;
  button.textContent = body.dataset.doneCopy;
  setTimeout(() => (button.textContent = before), 1500);
});

function copyByHand(text) {
  const area = document.createElement("textarea");
  area.value = text;
  body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/** Times in the reader's own zone; the page has them in UTC. */
function localTimes(root) {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  for (const time of root.querySelectorAll("time[datetime]")) {
    time.title = time.textContent;
    time.textContent = format.format(new Date(time.dateTime));
  }
}
localTimes(document);
body.addEventListener("htmx:load", (event) => localTimes(event.detail.elt));

// -- the form for new pictures ------------------------------------------------------------------------------------------------------

const form = document.querySelector("[data-new]");
if (form) {
  const input = form.querySelector("[type=file]");
  const drop = form.querySelector(".drop");
  const swap = form.querySelector(".swap");
  const working = form.querySelector(".working");
  for (const name of ["dragenter", "dragover"]) {
    document.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("is-over");
    });
  }
  for (const name of ["dragleave", "drop"]) document.addEventListener(name, () => drop.classList.remove("is-over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    add([...(event.dataTransfer?.files ?? [])]);
  });
  document.addEventListener("paste", (event) => add([...(event.clipboardData?.files ?? [])]));
  input.addEventListener("change", () => shown());
  swap.addEventListener("click", () => {
    const swapped = form.elements.swapped;
    swapped.value = swapped.value === "true" ? "false" : "true";
    shown();
  });
  form.addEventListener("htmx:beforeRequest", () => {
    working.hidden = false;
    const progress = `${form.dataset.progress}?${new URLSearchParams({ word: form.elements.word.value })}`;
    form.asking = setInterval(() => htmx.ajax("GET", progress, { target: working, source: working, swap: "innerHTML" }), 900);
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== form) return;
    clearInterval(form.asking);
    if (!event.detail.successful) {
      working.hidden = true;
      form.elements.word.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
    }
  });

  /** One more picture joins the one that is there; two begin anew. */
  function add(files) {
    if (!files.length) return;
    const before = files.length === 1 && input.files.length === 1 ? [...input.files] : [];
    const data = new DataTransfer();
    for (const file of [...before, ...files]) data.items.add(file);
    input.files = data.files;
    shown();
  }

  async function shown() {
    const list = form.querySelector(".previews");
    const files = ordered([...input.files], form.elements.swapped.value === "true");
    form.querySelector(".will").textContent = [form.dataset.one, form.dataset.two][files.length - 1] ?? (files.length ? form.dataset.tooMany : "");
    swap.hidden = files.length !== 2;
    list.replaceChildren();
    for (const [at, file] of files.entries()) {
      const item = document.createElement("li");
      const figure = document.createElement("figure");
      const caption = document.createElement("figcaption");
      caption.textContent = `${files.length === 2 ? [list.dataset.first, list.dataset.second][at] : list.dataset.only}: ${file.name}`;
      figure.append(caption);
      item.append(figure);
      list.append(item);
      figure.append(await preview(file));
    }
  }

  /** The order that web/new.py will take them in. */
  function ordered(files, swapped) {
    if (files.length !== 2) return files;
    const before = /(^|[^a-z])(reference|ref|baseline|base|expected|before|old|golden)([^a-z]|$)/i;
    const after = /(^|[^a-z])(actual|current|received|after|new|test)([^a-z]|$)/i;
    const [one, other] = files.map((file) => file.name);
    const turned = (after.test(one) && !before.test(one)) || (before.test(other) && !after.test(other));
    return turned !== swapped ? files.reverse() : files;
  }

  async function preview(file) {
    const canvas = document.createElement("canvas");
    try {
      const bitmap = await createImageBitmap(file);
      canvas.width = 240;
      canvas.height = Math.min(180, Math.max(1, Math.round((bitmap.height * 240) / bitmap.width)));
      canvas.getContext("2d").drawImage(bitmap, 0, 0, 240, (bitmap.height * 240) / bitmap.width);
    } catch {
      canvas.width = canvas.height = 1; // the service says what is wrong with it
    }
    return canvas;
  }
}
