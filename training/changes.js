// What can happen to a page between two releases: each change is done to one element (found by its data-e), in place.
// `say` gathers what the truth cannot read from boxes and texts: which element looks otherwise now, and what was put in.
() => {
  const say = {looks: {}, put: null};
  const find = id => document.querySelector(`[data-e="${id}"]`);
  const words = el => {
    const walker = document.createTreeWalker(el, NodeFilter.SHOW_TEXT, n => n.data.trim().length > 1 && !n.parentElement.closest('svg,style,script,option') ? 1 : 3);
    return walker.nextNode();
  };
  function rewrite(el, how) {
    if (el.matches('input,textarea')) { const key = el.value ? 'value' : 'placeholder'; const old = el[key]; el[key] = how(old); return old !== el[key]; }
    if (el.matches('select')) { const option = el.selectedOptions[0]; const old = option.textContent; option.textContent = how(old); return old !== option.textContent; }
    const field = el.querySelector('input,textarea');
    if (field) return rewrite(field, how);
    const node = words(el);
    if (!node) return false;
    const old = node.data, lead = old.match(/^\s*/)[0], tail = old.match(/\s*$/)[0];
    node.data = lead + how(old.trim()) + tail;
    return node.data !== old;
  }
  const styled = properties => (el, r) => { const own = typeof properties === 'function' ? properties(el, r) : properties; Object.assign(el.style, own); say.looks[el.dataset.e] = 'style_changed'; return true; };
  const pick = (r, list) => list[Math.floor(r * list.length) % list.length];
  const px = value => parseFloat(value) || 0;
  const shade = (colour, share) => { const [r, g, b] = colour.match(/[\d.]+/g).map(Number); return `rgb(${[r, g, b].map(v => Math.round(v * (1 - share) + (v > 127 ? 0 : 255) * share)).join(',')})`; };
  const opaque = colour => !/rgba\(.*, 0\)|transparent/.test(colour);
  const cyrillic = text => /[а-яё]/i.test(text);
  const banner = r => {
    const bar = document.createElement('div');
    bar.style = `display:block;margin:0 0 ${pick(r * 7 % 1, [0, 8, 16])}px;padding:${pick(r * 3 % 1, [8, 12, 20])}px 18px;border-radius:4px;font-weight:600;` + pick(r, ['background:#fde68a;color:#422006', 'background:#1d4ed8;color:#fff', 'border:1px solid #d4d4d8', 'background:#dcfce7;color:#14532d']);
    bar.textContent = pick(r, ['Доставка бесплатна до 30 ноября', 'Scheduled maintenance on Sunday, 2:00–4:00 UTC', 'Your trial ends in 5 days', 'Новая версия уже доступна']);
    return bar;
  };
  const rows = el => [...(el.closest('table')?.tBodies[0]?.rows || [])].filter(row => row.checkVisibility());
  const list = el => { for (let p = el; p && p.parentElement && p !== document.body; p = p.parentElement) { const mates = [...p.parentElement.children].filter(c => c.tagName === p.tagName && c.className === p.className && c.checkVisibility() && c.offsetHeight > 8); if (mates.length >= 3 && p.offsetHeight < 220) return mates; } return null; };
  const CHANGES = {
    word: (el, r) => rewrite(el, t => { const parts = t.split(' '); parts[Math.floor(r * parts.length)] = cyrillic(t) ? pick(r, ['шаблон', 'Отчёт', 'сервис']) : pick(r, ['report', 'Item', 'Copy']); return parts.join(' '); }),
    typo: (el, r) => rewrite(el, t => { const at = 1 + Math.floor(r * (t.length - 2)); return pick(r * 5 % 1, [t.slice(0, at) + t[at + 1] + t[at] + t.slice(at + 2), t.slice(0, at) + t.slice(at + 1), t.slice(0, at) + (cyrillic(t) ? 'ы' : 'z') + t.slice(at + 1), t.slice(0, at) + t[at] + t.slice(at)]); }),
    digit: (el, r) => rewrite(el, t => { const digits = [...t.matchAll(/\d/g)]; if (!digits.length) return t; const at = digits[Math.floor(r * digits.length)].index; return t.slice(0, at) + (Number(t[at]) + 3) % 10 + t.slice(at + 1); }),
    currency: (el) => rewrite(el, t => t.replace(/[$€£₽]/, c => c === '$' ? '€' : '$')),
    letter_case: (el) => rewrite(el, t => t === t.toUpperCase() ? t.toLowerCase() : t.toUpperCase()),
    punctuation: (el, r) => rewrite(el, t => /[.,:!?]$/.test(t) ? t.slice(0, -1) : t + pick(r, ['!', '.', ':', '?'])),
    truncated: (el, r) => rewrite(el, t => t.slice(0, Math.max(3, Math.floor(t.length * (0.4 + 0.4 * r)))).trim() + '…'),
    longer: (el) => rewrite(el, t => t + (cyrillic(t) ? ' и другие' : ' and more')),
    replaced: (el, r) => rewrite(el, t => cyrillic(t) ? pick(r, ['Настройки отчёта', 'Готово', 'Все заказы']) : pick(r, ['Manage settings', 'Done', 'Recent orders'])),

    colour: styled((el, r) => ({color: pick(r, ['#dc2626', '#2563eb', '#15803d', '#9333ea']), transition: 'none'})),
    colour_subtle: styled(el => ({color: shade(getComputedStyle(el).color, 0.3), transition: 'none'})),
    background: styled((el, r) => ({background: pick(r, ['#c2410c', '#0f766e', '#be185d', '#4338ca']), transition: 'none'})),
    background_subtle: styled(el => ({backgroundImage: 'none', backgroundColor: shade(opaque(getComputedStyle(el).backgroundColor) ? getComputedStyle(el).backgroundColor : 'rgb(255,255,255)', 0.12), transition: 'none'})),
    border_colour: styled((el, r) => ({borderColor: pick(r, ['#dc2626', '#16a34a', '#0ea5e9']), transition: 'none'})),
    border_width: styled(el => ({boxShadow: 'inset 0 0 0 2px #475569', transition: 'none'})),
    radius: styled(el => ({borderRadius: px(getComputedStyle(el).borderTopLeftRadius) > 8 ? '0' : '999px', transition: 'none'})),
    shadow: styled({boxShadow: '0 3px 10px rgba(0,0,0,.45)', transition: 'none'}),
    focus: styled({outline: '3px solid #3b82f6', outlineOffset: '1px', transition: 'none'}),
    hover: styled({filter: 'brightness(.82)', transition: 'none'}),
    disabled: styled({opacity: '.5', transition: 'none'}),
    italic: styled({fontStyle: 'italic'}),
    weight: styled(el => ({fontWeight: Number(getComputedStyle(el).fontWeight) > 500 ? 400 : 700})),
    underline: styled({textDecoration: 'underline'}),
    font_size: styled((el, r) => ({fontSize: px(getComputedStyle(el).fontSize) + pick(r, [-2, 2, 3]) + 'px'})),
    font: styled(el => ({fontFamily: /mono/i.test(getComputedStyle(el).fontFamily) ? 'DejaVu Serif' : 'DejaVu Sans Mono'})),
    toggled: el => { if (el.matches('input')) el.checked = !el.checked; else el.classList.toggle('on'); if (el.matches('input')) el.classList.toggle('on'); say.looks[el.dataset.e] = 'style_changed'; return true; },

    picture: (el, r, other) => { if (!el.matches('img')) return false; const b = el.getBoundingClientRect(); el.style.width = b.width + 'px'; el.style.height = b.height + 'px'; el.src = other; say.looks[el.dataset.e] = 'image_changed'; return true; },
    mirrored: (el) => { el.style.transform = 'scaleX(-1)'; say.looks[el.dataset.e] = 'image_changed'; return true; },
    icon: (el, r) => { if (!el.matches('svg')) return false; const others = [...document.querySelectorAll('svg[data-k=icon]')].filter(o => o.innerHTML !== el.innerHTML && o.getAttribute('viewBox') === el.getAttribute('viewBox')); if (!others.length) return false; el.innerHTML = pick(r, others).innerHTML; say.looks[el.dataset.e] = 'image_changed'; return true; },

    hidden: el => { el.style.visibility = 'hidden'; return true; },
    shown: el => { el.style.visibility = ''; return true; },
    taken_out: el => { el.style.display = 'none'; return true; },
    moved: (el, r) => { const s = getComputedStyle(el); if (s.position !== 'static' && s.position !== 'relative') return false; el.style.position = 'relative'; const far = 4 + Math.floor(r * 26), way = Math.floor(r * 97) % 3; el.style.left = (way ? far * (Math.floor(r * 31) % 2 ? 1 : -1) : 0) + 'px'; el.style.top = (way !== 1 ? Math.ceil(far / 2) * (Math.floor(r * 53) % 2 ? 1 : -1) : 0) + 'px'; return true; },
    overlaps: (el, r) => { el.style.position = 'relative'; el.style.zIndex = 5; el.style.left = (r < .5 ? -1 : 1) * (20 + 60 * r) + 'px'; el.style.top = (r * 7 % 1 < .5 ? -1 : 1) * (18 + 40 * r) + 'px'; return true; },
    resized: (el, r) => { const b = el.getBoundingClientRect(), s = getComputedStyle(el), dw = pick(r, [-24, -12, 10, 22, 40]), dh = pick(r * 9 % 1, [0, 0, 6, -4, 12]); el.style.boxSizing = 'border-box'; el.style.width = b.width + dw + 'px'; el.style.height = b.height + dh + 'px'; el.style.minHeight = el.style.minWidth = 0; el.style.maxWidth = 'none'; el.style.flex = 'none'; el.style.marginRight = px(s.marginRight) - dw + 'px'; el.style.marginBottom = px(s.marginBottom) - dh + 'px'; return true; },
    swapped: el => { const mates = list(el); if (!mates) return false; const at = mates.findIndex(m => m.contains(el)); if (at + 1 >= mates.length) return false; mates[at].before(mates[at + 1]); return true; },
    reordered: el => { const mates = list(el); if (!mates) return false; mates[mates.length - 1].after(mates[0]); return true; },
    row_removed: el => { const body = rows(el); if (body.length < 3) return false; body[1].style.display = 'none'; return true; },
    row_added: (el, r) => { const body = rows(el); if (body.length < 3) return false; const row = body[2].cloneNode(true); row.querySelectorAll('[data-e]').forEach(c => delete c.dataset.e); delete row.dataset.e; const text = words(row); if (text) text.data = pick(r, ['Новая запись', 'New entry']); body[0].after(row); say.put = 'row'; row.dataset.put = '1'; return true; },
    item_removed: el => { const mates = list(el); if (!mates) return false; mates[Math.floor(mates.length / 2)].style.display = 'none'; return true; },
    banner: (el, r) => { const main = document.querySelector('main'); if (!main) return false; const bar = banner(r); bar.dataset.put = '1'; say.put = 'block'; main.insertBefore(bar, main.firstChild); return true; },
    banner_inside: (el, r) => { const card = el.closest('section'); if (!card) return false; const bar = banner(r); bar.dataset.put = '1'; say.put = 'block'; card.before(bar); return true; },
    collapsed: el => { const card = el.closest('section'); if (!card) return false; card.style.display = 'none'; say.out = card.dataset.e; return true; },
    spaced: (el) => { const card = el.closest('section'); if (!card) return false; card.style.marginTop = px(getComputedStyle(card).marginTop) + 24 + 'px'; return true; },
    narrower: el => { const p = el.closest('p') || el; const b = p.getBoundingClientRect(); if (b.height < 30) return false; p.style.maxWidth = b.width * .8 + 'px'; return true; },
  };
  window.etalon = {
    say,
    change: (name, id, r, other) => { const el = find(id); return !!el && !!CHANGES[name](el, r, other); },
    boxOf: selector => { const b = document.querySelector(selector)?.getBoundingClientRect(); return b && {x: Math.round(b.left * devicePixelRatio), y: Math.round(b.top * devicePixelRatio), width: Math.round(b.width * devicePixelRatio), height: Math.round(b.height * devicePixelRatio)}; },
    number: () => document.querySelectorAll('body *').forEach((el, index) => { if (!el.dataset.e) el.dataset.e = (say.put ? 'new' : '') + index; }),
  };
}
