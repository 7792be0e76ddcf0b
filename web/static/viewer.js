// <etalon-view>: one picture with its elements, or two of one page, laid beside or over each other, and frames around what changed.
// The attribute data-scene holds what web/describe.py makes: boxes are [x, y, width, height] in the pixels of their own picture.
// Events: "pick" and "over" (detail: a finding's id or null), "draw" (detail: {box, of}).

const KEYS = { split: "s", slider: "w", onion: "o", blink: "b", diff: "d" };
const SVG = "http://www.w3.org/2000/svg";
const MOST_ZOOM = 16;
const BLINK_MS = 700;
const MAP_PX = 64;

/** One picture, loaded strip by strip, only the visible ones. */
class Sheet {
  constructor(about, changed) {
    this.width = about.width;
    this.height = about.height;
    this.rows = about.rows;
    this.sources = about.strips;
    this.strips = [];
    this.copy = null;
    this.source = about.small;
    this.changed = changed;
    this.broken = false;
  }

  get long() {
    return this.sources.length > 1;
  }

  strip(number) {
    return (this.strips[number] ??= this.load(this.sources[number]));
  }

  small() {
    return (this.copy ??= this.load(this.source));
  }

  load(url) {
    const image = new Image();
    image.decoding = "async";
    image.addEventListener("load", () => this.changed());
    image.addEventListener("error", () => {
      this.broken = true;
      this.changed();
    });
    image.src = url;
    return image;
  }

  /** Paints the part `box` of the picture, moved by (dx, dy), everything `scale` times as large; only rows from `top` to `bottom`
   * (after the move, before the scale) are looked at. */
  paint(context, box, dx, dy, scale, top, bottom, coarse) {
    const [x, y, width, height] = box;
    const first = Math.max(y, Math.floor(top - dy));
    const last = Math.min(y + height, Math.ceil(bottom - dy), this.height);
    if (last <= first) return;
    if (coarse && this.long) {
      const image = this.small();
      const share = image.naturalWidth / this.width;
      if (ready(image)) {
        const part = [x * share, first * share, width * share, (last - first) * share];
        context.drawImage(image, ...part, (x + dx) * scale, (first + dy) * scale, width * scale, (last - first) * scale);
      }
      return;
    }
    for (let at = Math.floor(first / this.rows); at * this.rows < last; at++) {
      const from = Math.max(first, at * this.rows);
      const to = Math.min(last, (at + 1) * this.rows);
      const image = this.strip(at);
      if (ready(image)) {
        const target = [(x + dx) * scale, (from + dy) * scale, width * scale, (to - from) * scale];
        context.drawImage(image, x, from - at * this.rows, width, to - from, ...target);
      } else if (this.long) {
        this.paint(context, [x, from, width, to - from], dx, dy, scale, from + dy, to + dy, true);
      }
    }
  }
}

class EtalonView extends HTMLElement {
  connectedCallback() {
    if (this.scene) return;
    this.scene = JSON.parse(this.dataset.scene);
    this.words = this.scene.words;
    const changed = () => this.refresh();
    this.actual = new Sheet(this.scene.actual, changed);
    this.reference = this.scene.reference ? new Sheet(this.scene.reference, changed) : null;
    this.scale = this.scene.scale ?? 1;
    this.findings = this.scene.findings ?? [];
    this.elements = (this.scene.elements ?? []).map((one) => ({ ...one, type: one.kind, reference: null, at: null }));
    this.never = new Set(this.scene.never ?? []);
    this.view = !this.reference ? "single" : this.offsetWidth < 640 ? "slider" : "split";
    this.zoom = 1;
    this.x = this.y = 0;
    this.share = 0.5;
    this.aligned = true;
    this.framed = true;
    this.layers = { noise: false, ignored: false };
    this.hiddenKinds = new Set();
    this.picked = this.over = this.pinned = this.box = null;
    this.build();
    this.watch();
    this.fit("width");
    const asked = decodeURIComponent(location.hash.slice(1));
    if (this.all().some((one) => one.id === asked)) this.pick(asked);
    else if (this.findings.length) this.lookAt(this.findings[0]);
    this.setAttribute("data-ready", "");
  }

  disconnectedCallback() {
    clearInterval(this.blinking);
    this.sized?.disconnect();
  }

  /** Every finding and element that has a frame now. */
  all() {
    const seen = this.elements.filter((one) => !this.hiddenKinds.has(one.kind));
    return [...this.findings, ...(this.layers.ignored ? this.scene.ignored ?? [] : []), ...seen];
  }

  // -- what other parts of the page may call ------------------------------------------------------------------------------------

  /** Frames a finding and brings it into sight. */
  pick(id, { still = false } = {}) {
    const found = this.all().find((one) => one.id === id) ?? (this.scene.ignored ?? []).find((one) => one.id === id);
    this.picked = found ? id : null;
    if (found && !still) this.lookAt(found);
    this.tell();
    this.refresh();
    this.dispatchEvent(new CustomEvent("pick", { detail: this.picked, bubbles: true }));
  }

  /** The next finding, or the one before. */
  step(by) {
    const list = this.findings.length ? this.findings : this.all();
    if (!list.length) return;
    const at = list.findIndex((one) => one.id === this.picked);
    const next = at < 0 ? (by > 0 ? 0 : list.length - 1) : (at + by + list.length) % list.length;
    this.pick(list[next].id);
  }

  point(id) {
    if (this.over === id) return;
    this.over = id;
    this.tell();
    this.refresh();
    this.dispatchEvent(new CustomEvent("over", { detail: id, bubbles: true }));
  }

  show(view) {
    if (view === "split" && this.view === "split") this.stacked = !this.isStacked();
    if (view === "blink" && this.view === "blink") {
      this.blinked = !this.blinked;
      clearInterval(this.blinking);
      return this.refresh();
    }
    this.view = view;
    clearInterval(this.blinking);
    if (view === "blink") {
      this.blinking = setInterval(() => {
        this.blinked = !this.blinked;
        this.refresh();
      }, BLINK_MS);
    }
    this.arrange();
    this.fit(this.fitted ?? null);
    const chosen = this.all().find((one) => one.id === this.picked);
    if (chosen) this.lookAt(chosen);
    this.refresh();
  }

  showLayer(name, on) {
    this.layers[name] = on;
    this.makeFrames();
    this.refresh();
  }

  hideKinds(kinds) {
    this.hiddenKinds = new Set(kinds);
    this.makeFrames();
    this.refresh();
  }

  toggleAlign() {
    this.aligned = !this.aligned;
    this.pinned = null;
    this.refresh();
  }

  toggleFrames() {
    this.framed = !this.framed;
    this.refresh();
  }

  /** "width", "all", "full" (one picture pixel is one of the screen's), or by turns. */
  fit(how) {
    if (how === "next") how = this.fitted === "width" ? "all" : "width";
    if (!how) return this.moveTo(this.x, this.y);
    const [width, height] = this.size();
    const pane = this.paneSize();
    const centre = [this.x + pane[0] / this.zoom / 2, this.y + pane[1] / this.zoom / 2];
    const whole = Math.min(pane[0] / width, pane[1] / height);
    this.zoom = how === "full" ? 1 : Math.min(1, how === "all" ? whole : pane[0] / width);
    this.fitted = how;
    this.moveTo(centre[0] - pane[0] / this.zoom / 2, centre[1] - pane[1] / this.zoom / 2);
  }

  /** Zooms and keeps the point under the pane's (px, py) where it is. */
  zoomBy(factor, px, py) {
    const pane = this.paneSize();
    px ??= pane[0] / 2;
    py ??= pane[1] / 2;
    const [width, height] = this.size();
    const least = Math.min(1, pane[0] / width, pane[1] / height);
    const zoom = Math.min(MOST_ZOOM, Math.max(least, this.zoom * factor));
    const at = [this.x + px / this.zoom, this.y + py / this.zoom];
    this.zoom = zoom;
    this.fitted = null;
    this.moveTo(at[0] - px / zoom, at[1] - py / zoom);
  }

  moveTo(x, y) {
    const [width, height] = this.size();
    const pane = this.paneSize();
    this.x = kept(x, width, pane[0] / this.zoom);
    this.y = kept(y, height, pane[1] / this.zoom, true);
    if (this.pinned && Math.hypot(this.x - this.pinned.x, this.y - this.pinned.y) > 400) this.pinned = null;
    this.refresh();
  }

  /** Begins to draw a box to ignore: around what is picked, or wherever the pointer draws. */
  draw(on = !this.drawing) {
    this.drawing = on;
    this.box = null;
    const chosen = on && this.findings.find((one) => one.id === this.picked);
    if (chosen) {
      const of = chosen.reference ? "reference" : "actual";
      this.box = { of, at: grown(chosen[of], 4) };
    } else if (on) {
      const pane = this.paneSize();
      const [width, height] = [pane[0] / this.zoom / 4, pane[1] / this.zoom / 4];
      this.box = { of: "actual", at: whole([this.x + 1.5 * width, this.y + 1.5 * height, width, height]) };
    }
    this.bars.ignore?.setAttribute("aria-pressed", String(on));
    for (const pane of this.panes) pane.element.classList.toggle("is-drawing", on);
    if (on) this.stage.focus();
    this.tell();
    this.refresh();
  }

  // -- building -----------------------------------------------------------------------------------------------------------------

  build() {
    this.replaceChildren();
    this.setAttribute("role", "region");
    this.bars = {};
    this.append(this.makeBar());
    this.stage = made("div", { class: "view-stage", tabindex: "0", role: "group", "aria-label": this.words.stage });
    this.panes = ["left", "right"].map((side) => this.makePane(side));
    this.map = made("div", { class: "view-map", title: this.words.map });
    this.mapCanvas = made("canvas", { "aria-hidden": "true" });
    this.map.append(this.mapCanvas);
    this.stage.append(...this.panes.map((pane) => pane.element), this.map);
    this.line = made("div", { class: "view-line", "aria-live": "polite" });
    this.append(this.stage, this.line);
    this.makeFrames();
    this.arrange();
  }

  makeBar() {
    const bar = made("div", { class: "view-bar", role: "toolbar", "aria-label": this.words.views });
    const button = (name, words, key, work) => {
      const one = made("button", { type: "button", "data-key": key, title: `${words} (${key === " " ? "space" : key})` });
      one.setAttribute("aria-keyshortcuts", key === " " ? "Space" : key);
      one.textContent = words;
      one.addEventListener("click", work);
      bar.append(one);
      this.bars[name] = one;
    };
    if (this.reference) {
      for (const [view, key] of Object.entries(KEYS)) button(view, this.words[view], key, () => this.show(view));
      this.range = made("input", { type: "range", min: "0", max: "100", value: "50", "aria-label": this.words.position });
      this.range.addEventListener("input", () => {
        this.share = this.range.value / 100;
        this.refresh();
      });
      bar.append(this.range);
      button("align", this.words.align, "g", () => this.toggleAlign());
    }
    bar.append(made("span", { class: "gap" }));
    button("frames", this.words.frames, "h", () => this.toggleFrames());
    if (this.dataset.ignore) button("ignore", this.words.ignore, "i", () => this.draw());
    button("fit", this.words.fit, " ", () => this.fit("next"));
    button("smaller", "−", "-", () => this.zoomBy(1 / 1.25));
    button("larger", "+", "+", () => this.zoomBy(1.25));
    button("full", "1:1", "0", () => this.fit("full"));
    for (const name of ["smaller", "larger"]) this.bars[name].setAttribute("aria-label", this.words[name]);
    this.bars.full.setAttribute("aria-label", `1:1, ${this.words.full}`);
    return bar;
  }

  makePane(side) {
    const element = made("div", { class: "view-pane", "data-side": side });
    const canvas = made("canvas", { "aria-hidden": "true" });
    const over = document.createElementNS(SVG, "svg");
    over.setAttribute("aria-hidden", "true");
    const name = made("span", { class: "view-name", "aria-hidden": "true" });
    element.append(canvas, over, name);
    return { side, element, canvas, over, name, frames: new Map(), context: canvas.getContext("2d") };
  }

  makeFrames() {
    for (const pane of this.panes) {
      pane.frames.clear();
      pane.over.replaceChildren();
      pane.spots = drawn("path", { class: "spots" });
      pane.drawn = drawn("rect", { class: "drawn" });
      pane.wipe = drawn("line", { class: "wipe" });
      pane.over.append(pane.spots);
      // Large frames first, so that a small one is never under them.
      const ordered = [...this.all()].sort((one, other) => area(other) - area(one));
      for (const one of ordered) {
        const frame = this.makeFrame(one);
        pane.frames.set(one.id, frame);
        pane.over.append(frame.group);
      }
      pane.over.append(pane.drawn, pane.wipe);
    }
  }

  makeFrame(one) {
    const quiet = one.type === "layout_shift" || String(one.id).startsWith("i-");
    const kind = one.kind ? ` kinded kind-${one.kind}${this.never.has(one.id) ? " is-never" : ""}` : "";
    const group = drawn("g", { class: `frame type-${one.type}${quiet ? " is-quiet" : ""}${kind}` });
    const parts = {
      halo: drawn("rect", { class: "halo" }),
      edge: drawn("rect", { class: "edge" }),
      gone: drawn("rect", { class: "edge gone" }),
      under: drawn("path", { class: "halo" }),
      arrow: drawn("path", { class: "edge" }),
      tag: drawn("rect", { class: "tag", rx: 3 }),
      text: drawn("text", {}),
    };
    parts.text.textContent = one.number;
    group.append(...Object.values(parts));
    return { one, group, ...parts };
  }

  /** Two pictures above each other if they are larger so than side by side; the key switches. */
  isStacked() {
    if (this.stacked !== undefined) return this.stacked;
    const { width, height } = this.stage.getBoundingClientRect();
    const [wide, high] = this.size();
    return Math.min(width / wide, height / 2 / high) > 1.1 * Math.min(width / 2 / wide, height / high);
  }

  arrange() {
    const two = this.view === "split";
    this.stage.classList.toggle("is-stacked", two && this.isStacked());
    this.panes[0].element.hidden = !two;
    this.panes[0].name.textContent = this.words.reference;
    this.panes[1].name.textContent = two || this.view === "single" ? (this.reference ? this.words.actual : "") : "";
    for (const view of Object.keys(KEYS)) this.bars[view]?.setAttribute("aria-pressed", String(view === this.view));
    if (this.range) {
      this.range.hidden = this.view !== "slider" && this.view !== "onion";
      this.range.setAttribute("aria-label", this.view === "onion" ? this.words.opacity : this.words.position);
    }
    this.map.hidden = this.size()[1] < 2200;
  }

  // -- watching the reader ------------------------------------------------------------------------------------------------------

  watch() {
    this.sized = new ResizeObserver(() => {
      this.arrange();
      this.fit(this.fitted);
      this.refresh();
    });
    this.sized.observe(this.stage);
    this.touches = new Map();
    this.stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.stage.addEventListener("keydown", (event) => this.key(event));
    for (const pane of this.panes) {
      pane.element.addEventListener("pointerdown", (event) => this.down(event, pane));
      pane.element.addEventListener("pointermove", (event) => this.move(event, pane));
      pane.element.addEventListener("pointerup", (event) => this.up(event, pane));
      pane.element.addEventListener("pointercancel", (event) => this.touches.delete(event.pointerId));
      pane.element.addEventListener("pointerleave", () => this.point(null));
      pane.element.addEventListener("dblclick", (event) => this.zoomBy(2, ...within(event, pane)));
    }
    const jump = (event) => event.buttons && this.jump(event);
    this.map.addEventListener("pointerdown", (event) => {
      this.map.setPointerCapture(event.pointerId);
      jump(event);
    });
    this.map.addEventListener("pointermove", jump);
  }

  wheel(event) {
    const pane = this.panes.find((one) => one.element.contains(event.target));
    if (!pane) return;
    const step = event.deltaMode === 1 ? 24 : 1;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.zoomBy(Math.exp((-event.deltaY * step) / 250), ...within(event, pane));
      return;
    }
    const before = [this.x, this.y];
    const [across, down] = event.shiftKey ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
    this.moveTo(this.x + (across * step) / this.zoom, this.y + (down * step) / this.zoom);
    if (before[0] !== this.x || before[1] !== this.y) event.preventDefault(); // at its end the page goes on
  }

  key(event) {
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const way = ways[event.key];
    if (this.drawing && this.box) {
      if (event.key === "Enter") return this.drawnBox(event);
      if (event.key === "Escape") return this.draw(false);
      if (way) {
        event.preventDefault();
        const by = Math.max(1, Math.round(4 / this.zoom));
        const [x, y, width, height] = this.box.at;
        const sized = [x, y, Math.max(1, width + way[0] * by), Math.max(1, height + way[1] * by)];
        this.box.at = event.shiftKey ? sized : [Math.max(0, x + way[0] * by), Math.max(0, y + way[1] * by), width, height];
        return this.refresh();
      }
    }
    const pages = { PageUp: [0, -10], PageDown: [0, 10] }[event.key];
    const by = way ?? pages;
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    event.preventDefault();
    return this.moveTo(this.x + (by[0] * 60) / this.zoom, this.y + (by[1] * 60) / this.zoom);
  }

  down(event, pane) {
    if (event.button) return;
    pane.element.setPointerCapture(event.pointerId);
    const [px, py] = within(event, pane);
    this.touches.set(event.pointerId, [px, py]);
    if (this.touches.size > 1) return;
    this.pressed = { px, py, x: this.x, y: this.y, moved: false };
    this.pressed.wipes = this.view === "slider" && Math.abs(px - this.share * this.paneSize()[0]) < 14;
    if (this.drawing) this.box = { of: this.space(pane), at: [...this.imagePoint(pane, px, py), 0, 0] };
  }

  move(event, pane) {
    const [px, py] = within(event, pane);
    if (!this.touches.has(event.pointerId)) return this.point(this.under(pane, px, py));
    const before = [...this.touches.values()];
    this.touches.set(event.pointerId, [px, py]);
    const after = [...this.touches.values()];
    if (after.length > 1) return this.pinch(before, after);
    const pressed = this.pressed;
    if (!pressed) return undefined;
    pressed.moved ||= Math.hypot(px - pressed.px, py - pressed.py) > 4;
    if (this.drawing) {
      const from = this.imagePoint(pane, pressed.px, pressed.py);
      const to = this.imagePoint(pane, px, py);
      this.box = { of: this.space(pane), at: between(from, to) };
      return this.refresh();
    }
    if (pressed.wipes) {
      this.share = Math.min(1, Math.max(0, px / this.paneSize()[0]));
      this.range.value = this.share * 100;
      return this.refresh();
    }
    if (!pressed.moved) return undefined;
    return this.moveTo(pressed.x - (px - pressed.px) / this.zoom, pressed.y - (py - pressed.py) / this.zoom);
  }

  pinch(before, after) {
    const spread = ([one, other]) => Math.hypot(one[0] - other[0], one[1] - other[1]) || 1;
    const middle = ([one, other]) => [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2];
    const [from, to] = [middle(before), middle(after)];
    this.moveTo(this.x - (to[0] - from[0]) / this.zoom, this.y - (to[1] - from[1]) / this.zoom);
    this.zoomBy(spread(after) / spread(before), ...to);
    this.pressed = null;
  }

  up(event, pane) {
    this.touches.delete(event.pointerId);
    const pressed = this.pressed;
    this.pressed = null;
    if (!pressed || pressed.wipes) return;
    if (this.drawing) {
      if (pressed.moved) this.drawnBox(event);
    } else if (!pressed.moved) {
      const found = this.under(pane, pressed.px, pressed.py);
      if (found) this.pick(found, { still: true });
    }
  }

  drawnBox(event) {
    event.preventDefault();
    const { of, at } = this.box;
    const limit = of === "reference" ? this.reference : this.actual;
    const box = inside(whole(at), limit.width, limit.height);
    this.draw(false);
    if (box[2] >= 1 && box[3] >= 1) this.dispatchEvent(new CustomEvent("draw", { detail: { box, of }, bubbles: true }));
  }

  jump(event) {
    const share = (event.clientY - this.map.getBoundingClientRect().top) / this.mapScale;
    this.moveTo(this.x, share - this.paneSize()[1] / this.zoom / 2);
  }

  // -- where things are ---------------------------------------------------------------------------------------------------------

  /** Width and height of what is shown, in the actual's pixels. */
  size() {
    const other = this.reference;
    if (!other) return [this.actual.width, this.actual.height];
    return [Math.max(this.actual.width, other.width * this.scale), Math.max(this.actual.height, other.height * this.scale)];
  }

  paneSize() {
    const box = this.panes[1].element.getBoundingClientRect();
    return [Math.max(box.width, 1), Math.max(box.height, 1)];
  }

  /** Which picture's pixels a pane shows. */
  space(pane) {
    return this.view === "split" && pane.side === "left" ? "reference" : "actual";
  }

  /** By how much the reference beside the actual is moved, in its own pixels, so that most of what shows stands level with itself. */
  offset() {
    if (!this.aligned || !this.reference) return [0, 0];
    if (this.pinned) return this.pinned.by;
    const pane = this.paneSize();
    const room = [this.x, this.y, pane[0] / this.zoom, pane[1] / this.zoom].map((length) => length / this.scale);
    const shares = new Map();
    for (const [x, y, width, height, dx, dy] of this.scene.bands) {
      const wide = Math.min(x + dx + width, room[0] + room[2]) - Math.max(x + dx, room[0]);
      const high = Math.min(y + dy + height, room[1] + room[3]) - Math.max(y + dy, room[1]);
      if (wide > 0 && high > 0) shares.set(`${dx} ${dy}`, (shares.get(`${dx} ${dy}`) ?? 0) + wide * high);
    }
    const most = [...shares].sort((one, other) => other[1] - one[1])[0];
    return most ? most[0].split(" ").map(Number) : [0, 0];
  }

  toScreen(box, space) {
    const [dx, dy] = space === "reference" ? this.offset() : [0, 0];
    const scale = space === "reference" ? this.scale : 1;
    const [x, y, width, height] = box;
    const size = scale * this.zoom;
    return [((x + dx) * scale - this.x) * this.zoom, ((y + dy) * scale - this.y) * this.zoom, width * size, height * size];
  }

  imagePoint(pane, px, py) {
    const at = [px / this.zoom + this.x, py / this.zoom + this.y];
    if (this.space(pane) === "actual") return at;
    const [dx, dy] = this.offset();
    return [at[0] / this.scale - dx, at[1] / this.scale - dy];
  }

  /** The box of a finding that a pane shows. */
  boxIn(one, pane) {
    if (this.space(pane) === "reference") return one.reference;
    return one.actual ?? one.at;
  }

  under(pane, px, py) {
    if (!this.framed) return null;
    const [x, y] = this.imagePoint(pane, px, py);
    const slack = 4 / this.zoom;
    let best = null;
    for (const one of this.all()) {
      const box = this.boxIn(one, pane);
      if (!box || x < box[0] - slack || y < box[1] - slack || x > box[0] + box[2] + slack || y > box[1] + box[3] + slack) continue;
      if (!best || box[2] * box[3] < best.size) best = { id: one.id, size: box[2] * box[3] };
    }
    return best?.id ?? null;
  }

  lookAt(one) {
    const box = one.actual ?? one.at ?? one.reference;
    if (!box) return;
    const pane = this.paneSize();
    const roomy = Math.min((pane[0] * 0.8) / box[2], (pane[1] * 0.8) / box[3]);
    if (roomy < this.zoom && one.type !== "layout_shift") {
      this.zoom = Math.max(roomy, Math.min(this.zoom, pane[0] / this.size()[0]));
      this.fitted = null;
    }
    const shown = Math.min(box[3], pane[1] / this.zoom / 2);
    const place = [box[0] + box[2] / 2 - pane[0] / this.zoom / 2, box[1] + shown / 2 - pane[1] / this.zoom / 2];
    this.pinned = null;
    this.moveTo(...place);
    if (one.reference && one.type !== "layout_shift") {
      const by = [box[0] / this.scale - one.reference[0], box[1] / this.scale - one.reference[1]];
      this.pinned = { x: this.x, y: this.y, by };
    }
  }

  // -- painting -----------------------------------------------------------------------------------------------------------------

  refresh() {
    this.asked ??= requestAnimationFrame(() => {
      this.asked = null;
      if (this.isConnected) this.paint();
    });
  }

  paint() {
    for (const pane of this.panes) {
      if (pane.element.hidden) continue;
      this.paintPane(pane);
      this.placeFrames(pane);
    }
    this.paintMap();
    this.bars.align?.setAttribute("aria-pressed", String(this.aligned));
    this.bars.frames.setAttribute("aria-pressed", String(this.framed));
    if (this.view === "blink") this.panes[1].name.textContent = this.blinked ? this.words.actual : this.words.reference;
    if (this.actual.broken || this.reference?.broken) this.line.textContent = this.words.failed;
  }

  paintPane(pane) {
    const [width, height] = this.paneSize();
    const dense = window.devicePixelRatio || 1;
    fitted(pane.canvas, width * dense, height * dense);
    const context = pane.context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, pane.canvas.width, pane.canvas.height);
    if (this.view === "diff") return this.paintDifference(context, width, height, dense);
    const layers = {
      single: [["actual", 1]],
      split: [[pane.side === "left" ? "beside" : "actual", 1]],
      slider: [["actual", 1]],
      onion: [["reference", 1], ["actual", this.share]],
      blink: [[this.blinked ? "actual" : "reference", 1]],
    }[this.view];
    for (const [name, alpha] of layers) this.paintLayer(context, name, alpha, width, height, dense);
    if (this.view === "slider") {
      context.save();
      context.setTransform(dense, 0, 0, dense, 0, 0);
      context.beginPath();
      context.rect(0, 0, width * this.share, height);
      context.clip();
      context.clearRect(0, 0, width * this.share, height);
      this.paintLayer(context, "reference", 1, width, height, dense);
      context.restore();
    }
    return undefined;
  }

  /** `beside`: the reference as it is, moved level with the actual; `reference`: laid over the actual piece by piece. */
  paintLayer(context, name, alpha, width, height, dense) {
    const size = this.zoom * dense;
    context.setTransform(size, 0, 0, size, -this.x * size, -this.y * size);
    context.globalAlpha = alpha;
    context.imageSmoothingEnabled = size * (name === "actual" ? 1 : this.scale) < 1;
    context.imageSmoothingQuality = "high";
    const sheet = name === "actual" ? this.actual : this.reference;
    const scale = name === "actual" ? 1 : this.scale;
    const rows = [this.y / scale, (this.y + height / this.zoom) / scale];
    const coarse = size < 1 && size * sheet.width < 360; // the small copy has all that can be seen
    const page = [0, 0, sheet.width, sheet.height];
    context.fillStyle = "#ffffff";
    if (name === "reference" && this.aligned) {
      context.fillStyle = "#b6bcc5"; // here is nothing of the reference
      context.fillRect(0, 0, this.actual.width, this.actual.height);
      for (const [x, y, wide, high, dx, dy] of this.scene.bands) {
        sheet.paint(context, [x, y, wide, high], dx, dy, scale, ...rows, coarse);
      }
    } else {
      const [dx, dy] = name === "beside" ? this.offset() : [0, 0];
      context.fillRect(dx * scale, dy * scale, page[2] * scale, page[3] * scale);
      sheet.paint(context, page, dx, dy, scale, ...rows, coarse);
    }
    context.globalAlpha = 1;
  }

  paintDifference(context, width, height, dense) {
    const [wide, high] = [Math.ceil(width), Math.ceil(height)];
    const pixels = ["reference", "actual"].map((name) => {
      const canvas = (this[`${name}Copy`] ??= document.createElement("canvas"));
      fitted(canvas, wide, high);
      const copy = canvas.getContext("2d", { willReadFrequently: true });
      copy.setTransform(1, 0, 0, 1, 0, 0);
      copy.clearRect(0, 0, wide, high);
      this.paintLayer(copy, name, 1, width, height, 1);
      return copy.getImageData(0, 0, wide, high);
    });
    const [one, other] = pixels.map((part) => part.data);
    const target = pixels[1];
    for (let at = 0; at < other.length; at += 4) {
      if (!other[at + 3] && !one[at + 3]) continue;
      const step = Math.max(
        Math.abs(one[at] - other[at]), Math.abs(one[at + 1] - other[at + 1]), Math.abs(one[at + 2] - other[at + 2]),
      );
      const grey = 165 + 0.35 * (0.3 * other[at] + 0.59 * other[at + 1] + 0.11 * other[at + 2]);
      const heat = step > 3 ? 0.35 + 0.65 * Math.sqrt(step / 255) : 0;
      target.data[at] = grey + (214 - grey) * heat;
      target.data[at + 1] = grey + (20 - grey) * heat;
      target.data[at + 2] = grey + (90 - grey) * heat;
      target.data[at + 3] = 255;
    }
    const copy = this.actualCopy;
    copy.getContext("2d").putImageData(target, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(copy, 0, 0, wide * dense, high * dense);
  }

  placeFrames(pane) {
    const [width, height] = this.paneSize();
    pane.over.classList.toggle("has-picked", Boolean(this.picked));
    for (const frame of pane.frames.values()) this.placeFrame(frame, pane, width, height);
    const noise = this.layers.noise && this.framed && this.space(pane) === "actual" ? this.scene.noise ?? [] : [];
    pane.spots.setAttribute("d", noise.map((box) => outline(this.toScreen(box, "actual"))).join(""));
    const box = this.box && (this.space(pane) === this.box.of || this.view !== "split") ? this.toScreen(this.box.at, this.box.of) : null;
    pane.drawn.classList.toggle("gone-away", !box);
    place(pane.drawn, box);
    const at = this.share * width;
    for (const [name, value] of Object.entries({ x1: at, x2: at, y1: 0, y2: this.view === "slider" ? height : 0 })) {
      pane.wipe.setAttribute(name, value);
    }
  }

  placeFrame(frame, pane, width, height) {
    const { one, group } = frame;
    const space = this.space(pane);
    const main = space === "reference" ? one.reference : one.actual;
    const past = space === "actual" && this.reference && (!one.actual || one.arrow) ? one.at : null;
    const box = main && grownOnScreen(this.toScreen(main, space));
    const gone = past && grownOnScreen(this.toScreen(past, "actual"));
    const shown = this.framed && [box, gone].some((part) => part && touches(part, width, height));
    group.classList.toggle("gone-away", !shown);
    group.setAttribute("visibility", shown ? "visible" : "hidden");
    if (!shown) return;
    group.classList.toggle("is-picked", one.id === this.picked);
    group.classList.toggle("is-over", one.id === this.over);
    place(frame.halo, box ?? gone);
    place(frame.edge, box);
    place(frame.gone, gone && (!box || apart(box, gone)) ? gone : null);
    const arrow = box && gone && apart(box, gone) ? arrowBetween(gone, box) : "";
    frame.under.setAttribute("d", arrow);
    frame.arrow.setAttribute("d", arrow);
    const quiet = one.kind && one.id !== this.picked && one.id !== this.over;
    this.placeTag(frame, quiet ? null : box ?? gone, width);
  }

  /** Beside the frame, not on the letters it is about: left of it, else above, else right. */
  placeTag(frame, box, width) {
    const wide = 9 + 7.5 * String(frame.one.number).length;
    frame.text.setAttribute("visibility", box ? "inherit" : "hidden");
    if (!box) return place(frame.tag, null);
    const [x, y, across] = box;
    const spot = x > wide + 3 ? [x - wide - 3, y] : y > 22 ? [Math.max(x, 0), y - 20] : [Math.min(x + across + 3, width - wide), y];
    place(frame.tag, [Math.max(spot[0], 0), Math.max(spot[1], 0), wide, 17]);
    frame.text.setAttribute("x", Math.max(spot[0], 0) + 4.5);
    return frame.text.setAttribute("y", Math.max(spot[1], 0) + 13);
  }

  paintMap() {
    if (this.map.hidden) return;
    const { width, height } = this.map.getBoundingClientRect();
    const dense = window.devicePixelRatio || 1;
    fitted(this.mapCanvas, width * dense, height * dense);
    const context = this.mapCanvas.getContext("2d");
    const [wide, high] = this.size();
    this.mapScale = Math.min(MAP_PX / wide, height / high);
    context.setTransform(dense, 0, 0, dense, 0, 0);
    context.clearRect(0, 0, width, height);
    const image = this.actual.small();
    const k = this.mapScale;
    if (ready(image)) context.drawImage(image, 0, 0, this.actual.width * k, this.actual.height * k);
    const colours = getComputedStyle(this);
    for (const one of this.findings) {
      const box = one.actual ?? one.at;
      if (!box || one.type === "layout_shift") continue;
      const name = { text_changed: "text", style_changed: "style", image_changed: "image", unexplained: "unknown" }[one.type];
      context.fillStyle = colours.getPropertyValue(`--${name ?? one.type}`) || "#c2261d";
      context.fillRect(0, box[1] * k - 1, Math.max(width - 2, 4), Math.max(box[3] * k, 3));
    }
    context.strokeStyle = "#0b57c2";
    context.lineWidth = 2;
    const pane = this.paneSize();
    context.strokeRect(1, this.y * k, width - 2, Math.min((pane[1] / this.zoom) * k, height - 2));
  }

  tell() {
    if (this.drawing) {
      this.line.textContent = this.words.drawing;
      return;
    }
    const one = this.all().find((found) => found.id === (this.over ?? this.picked));
    this.line.textContent = one ? `${one.number}. ${one.words}` : "";
  }
}

function made(tag, attributes) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function drawn(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function ready(image) {
  return image.complete && image.naturalWidth > 0;
}

function fitted(canvas, width, height) {
  const [wide, high] = [Math.max(1, Math.round(width)), Math.max(1, Math.round(height))];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
}

function within(event, pane) {
  const box = pane.element.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

/** An origin that keeps the picture in its pane: in the middle where it is smaller, at the top where it is only shorter. */
function kept(origin, length, room, top = false) {
  if (length <= room) return top ? 0 : (length - room) / 2;
  return Math.min(Math.max(origin, 0), length - room);
}

function area(one) {
  const box = one.actual ?? one.at ?? one.reference ?? [0, 0, 0, 0];
  return box[2] * box[3];
}

function place(rect, box) {
  const [x, y, width, height] = box ?? [0, 0, 0, 0];
  rect.setAttribute("x", x);
  rect.setAttribute("y", y);
  rect.setAttribute("width", width);
  rect.setAttribute("height", height);
  rect.setAttribute("visibility", box ? "inherit" : "hidden");
}

function grown([x, y, width, height], by) {
  return [Math.max(0, x - by), Math.max(0, y - by), width + 2 * by, height + 2 * by];
}

function grownOnScreen([x, y, width, height]) {
  return [x - 2, y - 2, width + 4, height + 4];
}

function whole([x, y, width, height]) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  return [left, top, Math.ceil(x + width) - left, Math.ceil(y + height) - top];
}

function inside([x, y, width, height], wide, high) {
  const [left, top] = [Math.min(Math.max(x, 0), wide), Math.min(Math.max(y, 0), high)];
  return [left, top, Math.min(x + width, wide) - left, Math.min(y + height, high) - top];
}

function between([x1, y1], [x2, y2]) {
  return [Math.min(x1, x2), Math.min(y1, y2), Math.abs(x2 - x1), Math.abs(y2 - y1)];
}

function touches([x, y, width, height], wide, high) {
  return x < wide && y < high && x + width > 0 && y + height > 0;
}

function apart([x1, y1], [x2, y2]) {
  return Math.abs(x1 - x2) + Math.abs(y1 - y2) > 3;
}

function outline([x, y, width, height]) {
  return `M${x} ${y}h${width}v${height}h${-width}z`;
}

/** From edge to edge; where the two boxes meet, outside of both: below them, or right of them for a move up or down. */
function arrowBetween(from, to) {
  const middle = ([x, y, width, height]) => [x + width / 2, y + height / 2];
  const [a, b] = [middle(from), middle(to)];
  let [start, end] = [edgeTowards(from, b), edgeTowards(to, a)];
  if (touches([from[0] - to[0], from[1] - to[1], from[2], from[3]], to[2], to[3])) {
    const sideways = Math.abs(b[0] - a[0]) >= Math.abs(b[1] - a[1]);
    const [right, bottom] = [Math.max(from[0] + from[2], to[0] + to[2]) + 7, Math.max(from[1] + from[3], to[1] + to[3]) + 7];
    [start, end] = sideways ? [[a[0], bottom], [b[0], bottom]] : [[right, a[1]], [right, b[1]]];
  }
  const length = Math.hypot(end[0] - start[0], end[1] - start[1]);
  if (length < 3) return "";
  const head = Math.min(8, length * 0.6);
  const [ux, uy] = [(end[0] - start[0]) / length, (end[1] - start[1]) / length];
  const [bx, by] = [end[0] - ux * head, end[1] - uy * head];
  const wing = head * 0.6;
  return `M${start[0]} ${start[1]}L${end[0]} ${end[1]}M${bx - uy * wing} ${by + ux * wing}L${end[0]} ${end[1]}L${bx + uy * wing} ${by - ux * wing}`;
}

function edgeTowards([x, y, width, height], [tx, ty]) {
  const [cx, cy] = [x + width / 2, y + height / 2];
  const [dx, dy] = [tx - cx, ty - cy];
  const reach = Math.min(width / 2 / Math.abs(dx || 1e-9), height / 2 / Math.abs(dy || 1e-9), 1);
  return [cx + dx * reach, cy + dy * reach];
}

customElements.define("etalon-view", EtalonView);
