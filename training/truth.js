// Reads the truth of a page by doc/contract.md, section 1. Pages mark what a thing is with data-k; whether a
// clickable counts as a button, what shows and where the ink lies is read from the page itself.
() => {
  const W = innerWidth, H = innerHeight, D = devicePixelRatio;
  const elements = [], ignore = [];
  const canvas = document.createElement('canvas').getContext('2d');

  const style = el => getComputedStyle(el);
  // Colours of any notation (oklch, color-mix ...) through one painted pixel.
  const painter = Object.assign(document.createElement('canvas'), {width: 1, height: 1}).getContext('2d', {willReadFrequently: true});
  const painted = new Map();
  function rgba(c) {
    if (!painted.has(c)) { painter.clearRect(0, 0, 1, 1); painter.fillStyle = '#0000'; painter.fillStyle = c; painter.fillRect(0, 0, 1, 1); painted.set(c, [...painter.getImageData(0, 0, 1, 1).data]); }
    return painted.get(c);
  }
  const alpha = c => c.startsWith('rgb(') ? 1 : rgba(c)[3] / 255;
  const channels = c => rgba(c).slice(0, 3);
  const isShown = el => el.checkVisibility({opacityProperty: true, visibilityProperty: true});

  const firstOfGradient = image => image.includes('url(') ? null : image.match(/(?:rgba?|hsla?|color|oklch|oklab)\([^()]*\)/)?.[0] || null;
  function paintedBackground(el) {
    for (let p = el; p; p = p.parentElement) { const s = style(p); if (s.backgroundImage !== 'none') return firstOfGradient(s.backgroundImage); if (alpha(s.backgroundColor) > 0.05) return s.backgroundColor; }
    return 'rgb(255, 255, 255)';
  }
  const overPicture = line => document.elementsFromPoint((line.box[0] + line.box[2]) / 2, (line.box[1] + line.box[3]) / 2).some(e => e.matches('img,video,canvas,svg *'));
  function differs(a, b, least = 6) { if (!a || !b) return true; const x = channels(a), y = channels(b); return Math.max(...x.map((v, i) => Math.abs(v - y[i]))) >= least; }
  function hasFrame(el) {
    const s = style(el), under = paintedBackground(el.parentElement);
    if (s.backgroundImage !== 'none') return true;
    if (alpha(s.backgroundColor) > 0.03 && (alpha(s.backgroundColor) < 1 || differs(s.backgroundColor, under))) return true;
    if (s.boxShadow !== 'none' && !/ 0px 0px 0px 0px$/.test(s.boxShadow)) return true;
    if (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 && alpha(s.outlineColor) > 0.1) return true;
    const sides = ['Top', 'Right', 'Bottom', 'Left'].filter(d => parseFloat(s['border' + d + 'Width']) > 0 && s['border' + d + 'Style'] !== 'none'
      && alpha(s['border' + d + 'Color']) > 0.1 && differs(s['border' + d + 'Color'], under));
    return sides.length >= 3;
  }
  function clip(box, el, own) {
    let [l, t, r, b] = box;
    for (let p = own ? el : el.parentElement; p && p !== document.documentElement; p = p.parentElement) {
      const s = style(p);
      if (s.overflowX !== 'visible' || s.overflowY !== 'visible') {
        const q = p.getBoundingClientRect();
        l = Math.max(l, q.left + p.clientLeft); t = Math.max(t, q.top + p.clientTop);
        r = Math.min(r, q.left + p.clientLeft + p.clientWidth); b = Math.min(b, q.top + p.clientTop + p.clientHeight);
      }
      if (s.position === 'fixed') break;
    }
    return [Math.max(l, 0), Math.max(t, 0), Math.min(r, W), Math.min(b, H)];
  }
  const area = b => Math.max(0, b[2] - b[0]) * Math.max(0, b[3] - b[1]);
  function isOpaque(el) {
    if (el.matches('img,canvas,video,svg *')) return true;
    const s = style(el);
    return alpha(s.backgroundColor) > 0.9 || s.backgroundImage !== 'none';
  }
  function isCovered(el, box) {
    for (const top of document.elementsFromPoint((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)) {
      if (top === el || el.contains(top) || top.contains(el)) return false;
      if (isOpaque(top) && parseFloat(style(top).opacity) > 0.9) return true;
    }
    return false;
  }
  function visiblePart(box, el, own) {
    if (area(box) <= 0) return null;
    const part = clip(box, el, own);
    return area(part) >= area(box) / 2 && !isCovered(el, box.map((v, i) => i % 2 ? Math.min(Math.max(v, 0), H) : Math.min(Math.max(v, 0), W))) ? part : null;
  }
  const pixels = b => { const x = Math.round(b[0] * D), y = Math.round(b[1] * D); return {x, y, width: Math.round(b[2] * D) - x, height: Math.round(b[3] * D) - y}; };
  const inkPixels = b => { const x = Math.floor(b[0] * D + 0.1), y = Math.floor(b[1] * D + 0.1); return {x, y, width: Math.ceil(b[2] * D - 0.1) - x, height: Math.ceil(b[3] * D - 0.1) - y}; };
  const rect = el => { const r = el.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; };
  function add(kind, box, el, text, ink) {
    const part = visiblePart(box, el, kind === 'label');
    if (!part) { if (area(clip(box, el)) > 0 && kind !== 'label') ignore.push(pixels(clip(box, el))); return; }
    const px = ink ? inkPixels(part) : pixels(part);
    if (px.width < 3 || px.height < 3) return;
    elements.push({kind, box: px, text: text || '', id: el.closest('[data-e]')?.dataset.e});
  }

  function svgInk(svg) {
    let l = 1e9, t = 1e9, r = -1e9, b = -1e9;
    for (const shape of svg.querySelectorAll('path,circle,rect,line,polyline,polygon,ellipse')) {
      const s = style(shape);
      const filled = s.fill !== 'none' && alpha(s.fill) > 0 && s.fillOpacity > 0, stroked = s.stroke !== 'none' && alpha(s.stroke) > 0;
      if (!filled && !stroked) continue;
      if (shape.closest('defs,clipPath,mask')) continue;
      const q = shape.getBBox(), pad = stroked ? parseFloat(s.strokeWidth) / 2 : 0, m = shape.getScreenCTM();
      for (const [x, y] of [[q.x - pad, q.y - pad], [q.x + q.width + pad, q.y + q.height + pad]]) {
        const px = m.a * x + m.c * y + m.e, py = m.b * x + m.d * y + m.f;
        l = Math.min(l, px); r = Math.max(r, px); t = Math.min(t, py); b = Math.max(b, py);
      }
    }
    const q = svg.getBoundingClientRect();
    return r < l ? [q.left, q.top, q.right, q.bottom] : [Math.max(l, q.left), Math.max(t, q.top), Math.min(r, q.right), Math.min(b, q.bottom)];
  }
  function glyphInk(el) {
    const node = [...el.childNodes].find(n => n.nodeType === 3 && n.data.trim());
    const range = document.createRange(); range.selectNodeContents(node);
    const q = range.getBoundingClientRect(), s = style(el);
    canvas.font = `${s.fontStyle} ${s.fontWeight} ${s.fontSize} ${s.fontFamily}`;
    const m = canvas.measureText(node.data.trim()), base = q.top + m.fontBoundingBoxAscent;
    return [q.left - m.actualBoundingBoxLeft, base - m.actualBoundingBoxAscent, q.left + m.actualBoundingBoxRight, base + m.actualBoundingBoxDescent];
  }
  const shownText = el => el.innerText.replace(/\s+/g, ' ').trim();
  function fieldText(el) {
    const words = [];
    for (const part of el.matches('input,textarea,select') ? [el] : el.querySelectorAll('input,textarea,select,[data-t]')) {
      if (part.tagName === 'SELECT') words.push(part.selectedOptions[0]?.label || '');
      else if (part.dataset.t !== undefined && !part.matches('input,textarea')) words.push(shownText(part));
      else if (part.type === 'password' && part.value) words.push('•'.repeat(part.value.length));
      else if (part.type === 'date') words.push(part.value ? part.value.split('-').slice(1).concat(part.value.split('-')[0]).join('/') : 'mm/dd/yyyy');
      else if (part.type === 'file') words.push('Choose File No file chosen');
      else words.push(part.value || part.placeholder || '');
    }
    if (!words.length) words.push(shownText(el));
    return words.join(' ').replace(/\s+/g, ' ').trim();
  }

  const SOLID = 'button,input,select';
  const inside = new Set();
  for (const el of document.querySelectorAll('[data-k]')) {
    let kind = el.dataset.k;
    if (!isShown(el)) continue;
    if ([...inside].some(p => p !== el && p.contains(el))) continue;
    const box = rect(el), h = box[3] - box[1];
    if (kind === 'click') {
      if (!hasFrame(el) || h > 110) continue;
      kind = 'button';
    }
    if (SOLID.includes(kind)) inside.add(el);
    if (kind === 'icon') {
      const ink = el.tagName === 'svg' ? svgInk(el) : el.tagName === 'IMG' ? box : glyphInk(el);
      const size = Math.max(ink[2] - ink[0], ink[3] - ink[1]) * D;
      if (el.tagName === 'svg' && Math.max(box[2] - box[0], h) >= 64) add('image', box, el, '');
      else if (size < 6) ignore.push(inkPixels(ink));
      else add('icon', ink, el, '', true);
    } else if (kind === 'image') {
      const part = clip(box, el);
      if (area(part) <= 0) continue;
      if (Math.max(box[2] - box[0], h) < 32) ignore.push(pixels(part)); else { add('image', box, el, ''); ignore.push(pixels(part)); }
    } else if (kind === 'ignore') {
      if (area(clip(box, el)) > 0) ignore.push(pixels(clip(box, el)));
    } else if (el.tagName === 'svg') add(kind, svgInk(el), el, '', true);
    else add(kind, box, el, kind === 'button' ? shownText(el) : 'input,select'.includes(kind) ? fieldText(el) : '');
  }

  // Lines of text: one visual line within one block; a filled inline piece is a block of its own.
  const blockOf = node => {
    let p = node.parentElement;
    while (style(p).display === 'inline' && alpha(style(p).backgroundColor) < 0.03 && !p.matches('[data-block]')) p = p.parentElement;
    return p;
  };
  const blocks = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    if (!node.data.trim()) continue;
    const p = node.parentElement;
    if (p.closest('svg,script,style,select,textarea,option,title,[data-k=icon],[data-k=ignore],[data-k=image]')) continue;
    if ([...inside].some(q => q.contains(p)) || !isShown(p)) continue;
    const block = blockOf(node);
    if (!blocks.has(block)) blocks.set(block, []);
    const range = document.createRange();
    const cut = style(block).textOverflow === 'ellipsis' ? rect(block)[2] - parseFloat(style(block).paddingRight) : Infinity;
    const isOverflowing = block.scrollWidth > block.clientWidth + 1 && cut < Infinity;
    let piece = null;
    for (let i = 0; i < node.data.length; i++) {
      range.setStart(node, i); range.setEnd(node, i + 1);
      const q = range.getClientRects()[0];
      if (!q || (q.width === 0 && /\s/.test(node.data[i]))) continue;
      if (isOverflowing && q.right > cut - parseFloat(style(block).fontSize) * 0.9) { if (piece && !piece.isCut) { piece.text += '…'; piece.isCut = true; piece.box[2] = Math.min(cut, q.left + parseFloat(style(block).fontSize) * 0.9); } continue; }
      if (piece && Math.abs(q.top - piece.box[1]) < 2 && q.left >= piece.box[2] - 3) { piece.box[2] = Math.max(piece.box[2], q.right); piece.text += node.data[i]; }
      else { if (/\s/.test(node.data[i])) continue; piece = {box: [q.left, q.top, q.right, q.bottom], text: node.data[i], el: p, isCut: false}; blocks.get(block).push(piece); }
      if (!/\s/.test(node.data[i])) piece.end = q.right;
    }
  }
  const transform = (text, el) => ({uppercase: text.toUpperCase(), lowercase: text.toLowerCase(), capitalize: text.replace(/(^|\s)\S/g, c => c.toUpperCase())})[style(el).textTransform] || text;
  for (const pieces of blocks.values()) {
    const lines = [];
    for (const piece of pieces) {
      if (!piece.isCut && piece.end) piece.box[2] = piece.end;
      const text = transform(piece.text.replace(/\s+/g, ' ').trim(), piece.el);
      const line = lines.find(l => Math.min(l.box[3], piece.box[3]) - Math.max(l.box[1], piece.box[1]) > 0.5 * Math.min(l.box[3] - l.box[1], piece.box[3] - piece.box[1]));
      if (!line) { lines.push({box: [...piece.box], text, el: piece.el}); continue; }
      line.text += (piece.box[0] - line.box[2] > 1 ? ' ' : '') + text;
      line.box = [Math.min(line.box[0], piece.box[0]), Math.min(line.box[1], piece.box[1]), Math.max(line.box[2], piece.box[2]), Math.max(line.box[3], piece.box[3])];
    }
    for (const line of lines) {
      if (/^[^\p{L}\p{N}]{1,2}$/u.test(line.text) && !/[$€£₽%#@]/.test(line.text)) { ignore.push(pixels(clip(line.box, line.el))); continue; }
      if (!overPicture(line) && (!differs(style(line.el).color, paintedBackground(line.el), 18) || alpha(style(line.el).color) < 0.1)) { ignore.push(pixels(clip(line.box, line.el))); continue; }
      add('label', line.box, line.el, line.text);
    }
  }
  return {width: Math.round(W * D), height: Math.round(H * D), elements, ignore: ignore.filter(b => b.width > 0 && b.height > 0)};
}
