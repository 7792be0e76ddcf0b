// What can happen to one of our screens. Each operation changes the page and tells what it did in ids (data-e), or gives null
// where this page has nothing to do it to. `observe` tells where everything is; Python makes the truth of both.
//
// What an operation may tell: out, style, text, image, resized, moved: ids; swap: pairs of ids; order: {box, items}; group: {scope, of};
// states: a tint or a state of a thing without an element of its own; levels: verdicts that do not follow from the types.
() => {
  let state = 1;
  const random = () => { state |= 0; state = state + 0x6D2B79F5 | 0; let t = Math.imul(state ^ state >>> 15, 1 | state); t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t; return ((t ^ t >>> 14) >>> 0) / 4294967296; };
  const pick = list => list[Math.floor(random() * list.length)];
  const roles = name => [...document.querySelectorAll(`[data-role=${name}]`)].filter(el => el.checkVisibility() && isSeen(el));
  const isSeen = el => { const b = el.getBoundingClientRect(); return b.top >= 0 && b.bottom <= innerHeight - 2 && b.left >= 0 && b.right <= innerWidth + 1; };
  const one = name => { const found = roles(name); return found.length ? pick(found) : null; };
  const id = el => el.dataset.e;
  const css = (el, rules) => { el.style.transition = 'none'; Object.assign(el.style, rules); return el; };
  const swapNodes = (a, b) => { const mark = document.createComment(''); a.before(mark); b.before(a); mark.before(b); mark.remove(); };
  const make = (html, rules) => { const el = document.createElement('div'); el.dataset.put = '1'; el.style.cssText = rules || ''; el.innerHTML = html; return el; };
  const rgb = el => { for (let p = el; p; p = p.parentElement) { const c = getComputedStyle(p).backgroundColor.match(/[\d.]+/g).map(Number); if (c.length === 3 || c[3] > .9) return c.slice(0, 3); } return [255, 255, 255]; };
  const shade = (el, by) => { const c = rgb(el), way = (c[0] + c[1] + c[2]) / 3 > 127 ? -1 : 1; return `rgb(${c.map(v => Math.round(Math.max(0, Math.min(255, v + way * by)))).join(',')})`; };
  const tinted = (el, by) => css(el, {backgroundImage: 'none', backgroundColor: shade(el, by)});
  const words = el => { const w = document.createTreeWalker(el, NodeFilter.SHOW_TEXT, n => n.data.trim().length > 1 && !n.parentElement.closest('svg,option') ? 1 : 3); return w.nextNode(); };
  const onOff = (a, b) => { a.classList.remove('on'); b.classList.add('on'); if (a.matches('input')) { a.checked = false; b.checked = true; } };
  const isCyrillic = el => /[а-яё]/i.test(el.textContent);

  const moveState = role => () => {
    const all = roles(role), now = all.find(el => el.classList.contains('on')), rest = all.filter(el => el !== now && el.parentElement.closest('[data-role]') === now?.parentElement.closest('[data-role]'));
    if (!now || !rest.length) return null;
    const next = pick(rest);
    onOff(now, next);
    return {style: [id(now), id(next)], levels: {layout: 'passed', content: null}, note: role};
  };
  const reorder = (role, how) => () => {
    const all = roles(role);
    if (all.length < 4) return null;
    const box = all[0].parentElement, before = all.map(id), nodes = how(all.slice());
    nodes.forEach(el => box.append(el));
    const moved = before.filter((e, i) => e !== nodes[i].dataset.e);
    return moved.length < 2 ? null : {order: {items: moved}, note: role};
  };
  const swapped = role => () => {
    const all = roles(role);
    if (all.length < 3) return null;
    const from = Math.floor(random() * (all.length - 1)), to = Math.min(all.length - 1, from + 1 + Math.floor(random() * 2));
    const a = all[from], b = all[to];
    swapNodes(a, b);
    return {swap: [id(a), id(b)], note: `${role} ${from + 1} and ${to + 1}`};
  };
  const styled = (role, rules, more) => () => { const el = one(role); if (!el) return null; css(el, typeof rules === 'function' ? rules(el) : rules); return {style: [id(el)], note: role, ...more}; };
  const COLOUR = {levels: {content: 'passed', layout: 'passed'}};
  const STATE = {levels: {content: null, layout: 'passed'}};
  const rewrite = (role, how, more) => () => {
    const el = one(role), node = el && words(el);
    if (!node) return null;
    const old = node.data, now = how(old, el);
    if (!now || now === old) return null;
    node.data = now;
    return {text: [id(el)], note: `${old.trim().slice(-24)} > ${now.trim().slice(-24)}`, ...more};
  };
  const fresh = row => { const copy = row.cloneNode(true); [copy, ...copy.querySelectorAll('*')].forEach(el => { delete el.dataset.e; }); copy.dataset.put = '1'; copy.classList.remove('on'); return copy; };
  const NEW = {en: ['Ursula Quist', 'Tove Halloran', 'Silas Ferreira'], ru: ['Глеб Заречный', 'Зоя Пущина', 'Роман Истомин']};
  const inserted = role => () => {
    const all = roles(role);
    if (all.length < 4) return null;
    const after = all[1 + Math.floor(random() * (all.length - 3))], copy = fresh(after);
    const texts = []; const w = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT); for (let n; (n = w.nextNode());) if (n.data.trim()) texts.push(n);
    texts.forEach((n, i) => { n.data = i === 1 || (i === 0 && role === 'item') ? pick(NEW[isCyrillic(after) ? 'ru' : 'en']) : n.data.replace(/\d/g, d => (Number(d) + 3) % 10); });
    after.after(copy);
    return {note: role};
  };
  const removed = role => () => { const all = roles(role); if (all.length < 4) return null; const el = all[1 + Math.floor(random() * (all.length - 2))]; el.style.display = 'none'; return {out: [id(el)], note: role}; };
  const over = (el, dim, blur) => { const cover = make('', `position:absolute;inset:0;z-index:8;background:rgba(0,0,0,${dim});` + (blur ? `backdrop-filter:blur(${blur}px)` : '')); delete cover.dataset.put; document.body.append(cover); document.body.append(el); };
  const dialog = (dim, blur) => () => {
    const ru = isCyrillic(document.body);
    const names = ru ? ['Удалить выбранное?', 'Отменить это действие будет нельзя.', 'Оставить', 'Удалить'] : ['Discard this draft?', 'What you wrote since noon will be lost.', 'Keep it', 'Discard'];
    const left = Math.round(innerWidth / 2 - 170 + random() * 60), top = 110 + Math.round(random() * 90);
    const box = make(`<h3 style="margin-bottom:8px">${names[0]}</h3><p style="margin-bottom:14px">${names[1]}</p><div class="row" style="justify-content:flex-end"><button data-k="click" class="btn second">${names[2]}</button><button data-k="click" class="btn main">${names[3]}</button></div>`, `left:${left}px;top:${top}px;width:340px;z-index:9`);
    box.className = 'dialog';
    over(box, dim, blur);
    return {group: {scope: 'page', of: 'all'}, note: `dim ${dim} blur ${blur}`};
  };
  const wrapAll = (rules, of, more) => () => { for (const el of document.querySelectorAll('body *')) Object.assign(el.style, rules(el)); return {group: {scope: 'page', of}, ...more}; };

  const OPERATIONS = {
    button_removed: () => { const group = one('actions'); if (!group) return null; const el = group.children[random() < .6 ? 0 : 1]; el.style.display = 'none'; return {out: [id(el)], note: group.style.justifyContent}; },
    button_hidden: () => { const el = one('act'); if (!el) return null; el.style.visibility = 'hidden'; return {out: [id(el)]}; },
    text_greyed: () => { const dark = rgb(document.body)[0] < 128, to = pick(dark ? ['#8a8a8a', '#9aa0a6'] : ['#505050', '#5a5f66']); for (const el of document.querySelectorAll('body *')) if (!el.closest('svg,.dot')) el.style.color = to; return {group: {scope: 'page', of: 'text'}, ...COLOUR, note: to}; },
    page_faded: () => { document.body.style.opacity = pick(['.93', '.9', '.86']); return {group: {scope: 'page', of: 'all'}, ...COLOUR, note: document.body.style.opacity}; },
    border_hairline: () => { const el = one(pick(['panel', 'card', 'panel'])); if (!el) return null; const c = getComputedStyle(el).borderTopWidth, came = !parseFloat(c); css(el, came ? {boxShadow: `inset 0 0 0 1px ${shade(el, 60)}`} : {borderColor: 'transparent', boxShadow: 'none'}); return {style: [id(el)], levels: {content: null, layout: 'passed'}, note: came ? 'came' : 'gone', alsoAdded: came}; },
    zebra: () => { const all = roles('row').length ? roles('row') : roles('item'); if (all.length < 5) return null; const hit = all.filter((_, i) => i % 2); const by = 10 + Math.floor(random() * 12); hit.forEach(el => { tinted(el, by); el.querySelectorAll('td').forEach(td => tinted(td, 0)); el.querySelectorAll('td').forEach(td => { td.style.backgroundColor = el.style.backgroundColor; }); }); return {tints: hit.map(id), ...COLOUR, note: `${by} levels`}; },
    panel_colour: () => { const role = pick(['panel', 'card', 'header', 'item', 'row', 'panel']), el = one(role); if (!el) return null; const by = pick([6, 10, 16, 28, 60]); tinted(el, by); return {style: [id(el)], bare: true, ...COLOUR, note: `${role} by ${by}`}; },
    state_radio: moveState('radio'), state_tab: moveState('tab'), state_page: moveState('pageno'), state_nav: moveState('nav'),
    state_item: moveState('item'),
    state_switch: () => { const el = one('switch'); if (!el) return null; el.classList.toggle('on'); return {style: [id(el)], ...STATE}; },
    state_check: () => { const el = one('check'); if (!el) return null; el.checked = !el.checked; el.classList.toggle('on', el.checked); return {style: [id(el)], ...STATE}; },
    disabled_control: () => { const el = one(pick(['act', 'select', 'field'])); if (!el) return null; el.disabled = true; css(el, {opacity: pick(['.4', '.5', '.6'])}); return {style: [id(el)], ...STATE, note: el.dataset.role}; },
    hover_focus: () => { const el = one(pick(['act', 'nav', 'field', 'tab'])); if (!el) return null; css(el, pick([{outline: '2px solid var(--accent)', outlineOffset: '1px'}, {filter: 'brightness(.85)'}])); return {style: [id(el)], levels: {content: null, layout: 'passed'}, ring: el.style.outlineWidth ? 4 : 0, note: el.dataset.role}; },
    rows_swapped: swapped('row'), cards_swapped: swapped('card'), items_swapped: swapped('item'), buttons_swapped: swapped('act'),
    table_reversed: reorder('row', all => all.reverse()),
    table_sorted: reorder('row', all => all.sort((a, b) => a.cells[2].textContent.localeCompare(b.cells[2].textContent))),
    list_reordered: reorder('item', all => { const at = 2 + Math.floor(random() * (all.length - 2)); all.unshift(...all.splice(at, 1)); return all; }),
    row_inserted: inserted('row'), item_inserted: inserted('item'), row_removed: removed('row'), item_removed: removed('item'),
    column_inserted: () => {
      const table = one('table');
      if (!table) return null;
      const at = 1 + Math.floor(random() * 4), ru = isCyrillic(table), names = ru ? ['Склад', 'Ряд', 'Полка'] : ['Bay', 'Shelf', 'Aisle'], head = pick(names);
      [...table.rows].forEach((row, i) => { const cell = document.createElement(i ? 'td' : 'th'); cell.textContent = i ? 'ABCDEFGHJK'[i] + (17 * i % 90 + 10) : head; cell.dataset.col = '1'; row.cells[at].before(cell); });
      return {column: true, note: `before column ${at + 1}`};
    },
    column_wider: () => { const table = one('table'); if (!table) return null; const cell = table.rows[0].cells[1 + Math.floor(random() * 3)], width = cell.getBoundingClientRect().width; for (const c of table.rows[0].cells) c.style.width = c.getBoundingClientRect().width + 'px'; table.style.tableLayout = 'fixed'; if (table.rows[0].cells[0].getBoundingClientRect().width < 8) return null; cell.style.width = width + 2 + 'px'; return {note: '2 px'}; },
    scroll_bar: () => { const bar = make('<i style="position:absolute;left:3px;right:3px;top:2px;height:38%;border-radius:4px;background:#9a9a9a"></i>', 'position:absolute;z-index:7;right:0;top:0;bottom:0;width:15px;background:#f1f1f1'); const shell = roles('shell')[0] || document.querySelector('.shell'); shell.style.marginRight = '15px'; document.body.append(bar); return {note: '15 px'}; },
    theme_switch: twin => { document.querySelector('#look').textContent = twin; return {group: {scope: 'page', of: 'all'}, ...COLOUR}; },
    dialog_dimmed: dialog(.4, 0), dialog_lightly: dialog(.2, 0), dialog_blurred: dialog(.25, 3),
    menu_opened: () => { const el = one(pick(['act', 'select', 'field'])); if (!el) return null; const b = el.getBoundingClientRect(), ru = isCyrillic(document.body); const names = ru ? ['Переименовать', 'Дублировать', 'Закрепить', 'Показать историю'] : ['Rename', 'Duplicate', 'Pin to the top', 'Show history']; if (b.bottom > innerHeight - 160 || b.left > innerWidth - 180) return null; const menu = make(names.slice(0, 3 + Math.floor(random() * 2)).map(name => `<div style="padding:6px 12px">${name}</div>`).join(''), `left:${Math.round(b.left)}px;top:${Math.round(b.bottom + 3)}px;width:170px;z-index:9`); menu.className = 'pop'; document.body.append(menu); return {halo: 28}; },
    toast: () => { const ru = isCyrillic(document.body); const where = pick(['left:24px;bottom:20px', 'right:24px;bottom:24px', 'left:50%;margin-left:-130px;bottom:16px']); const el = make(`<span>${ru ? 'Копия сохранена в облаке' : 'A copy went to the cloud'}</span>`, `position:absolute;z-index:9;width:260px;padding:13px 16px;border-radius:6px;background:#1f2937;color:#fff;${where}`); document.body.append(el); return {}; },
    cookie_bar: () => { const ru = isCyrillic(document.body); const el = make(`<span style="flex:1">${ru ? 'Мы считаем посещения без чужих сервисов.' : 'We count visits without anybody else.'}</span><button data-k="click" class="btn main">${ru ? 'Понятно' : 'Fine'}</button>`, 'position:absolute;z-index:9;left:0;right:0;bottom:0;display:flex;align-items:center;gap:20px;padding:12px 24px;background:var(--surface);border-top:1px solid var(--line);color:var(--ink)'); document.body.append(el); return {}; },
    banner_pushed: () => { const ru = isCyrillic(document.body); const el = make(`<span>${ru ? 'Ночью с 2 до 4 идут работы на складе' : 'The depot is closed on Friday from two to four'}</span>`, 'padding:11px 16px;background:#fde68a;color:#422006;border-radius:6px'); const flow = document.querySelector('[data-role=flow]'); flow.insertBefore(el, flow.children[Math.floor(random() * 2)]); return {}; },
    accordion_opened: () => { const el = one('question'); if (!el) return null; const ru = isCyrillic(el); const text = make(`<p>${ru ? 'Да, если посылку ещё не передали водителю.' : 'Yes, as long as the parcel is still with us.'}</p>`, 'padding:2px 12px 11px'); el.append(text); return {}; },
    sticky_header: () => { const main = document.querySelector('main'); main.style.marginTop = parseFloat(getComputedStyle(main).marginTop) - pick([70, 96, 130]) + 'px'; return {scrolled: true}; },
    half_pixel_reflow: () => { const ru = isCyrillic(document.body); const el = make(`<span>${ru ? 'Черновик сохранён' : 'Draft kept'}</span>`, 'box-sizing:border-box;height:30.5px;padding:5px 14px;background:#dbeafe;color:#1e3a8a'); const flow = document.querySelector('[data-role=flow]'); flow.insertBefore(el, flow.children[1]); return {}; },
    badge_counter: () => { const el = one('counter'); if (!el) return null; const old = el.textContent; el.textContent = pick(['12', '48', String((Number(old) + 1) % 10), '99+']); return {text: [id(el)], note: `${old} > ${el.textContent}`}; },
    clock_ticks: rewrite('clock', t => t.replace(/\d(\d)$/, (_, d) => `${(Number(d) + 3) % 6}${(Number(d) + 7) % 10}`)),
    price_changed: rewrite('price', t => { const at = t.search(/\d/); return at < 0 ? null : t.slice(0, at) + (Number(t[at]) % 9 + 1) + t.slice(at + 1); }),
    emoji_changed: rewrite('emoji', t => { const now = [...t].pop(); return t.slice(0, -now.length) + pick(['☀', '☂', '☃', '★', '☎', '♞', '♫', '✈'].filter(c => c !== now)); }),
    capitals: rewrite(pick(['lead', 'title']), t => t === t.toUpperCase() ? null : t.toUpperCase(), {orStyle: true}),
    weight: styled('lead', el => ({fontWeight: Number(getComputedStyle(el).fontWeight) > 500 ? 400 : 700}), {levels: {layout: 'passed'}}),
    long_line: rewrite('long', t => t.slice(0, 84) + t.slice(84).replace(/\p{L}{4,}/u, w => /[а-яё]/i.test(w) ? 'кварц' : 'quartz')),
    typo: rewrite('para', t => { const at = 12 + Math.floor(random() * 20); return t[at] === t[at + 1] || /\s/.test(t[at] + t[at + 1]) ? null : t.slice(0, at) + t[at + 1] + t[at] + t.slice(at + 2); }),
    foreign_text: rewrite('foreign', t => /[֐-׿]/.test(t) ? pick(['תודה רבה', 'עגלת הקניות', 'החשבון שלך']) : pick(['شكرا جزيلا', 'سلة التسوق', 'حسابك الشخصي']), {foreign: true}),
    font_fallback: () => { const to = getComputedStyle(document.body).fontFamily.includes('Serif') ? 'Liberation Sans' : pick(['Liberation Serif', 'DejaVu Sans', 'DejaVu Serif']); for (const el of document.querySelectorAll('body, body *')) el.style.fontFamily = `'${to}'`; return {group: {scope: 'page', of: 'text'}, still: true, levels: {content: 'failed', layout: null}, note: to}; },
    locale_switch: () => { const ru = isCyrillic(document.body), names = ru ? ['Prices', 'Shelves', 'People', 'Depots', 'Offers', 'Returns'] : ['Цены', 'Полки', 'Люди', 'Склады', 'Скидки', 'Возвраты']; const all = [...roles('nav'), ...roles('tab')].filter(el => isCyrillic(el) === ru); if (all.length < 3) return null; const hit = all.slice(0, 6); hit.forEach((el, i) => { words(el).data = names[i]; }); return {text: hit.map(id), still: true}; },
    picture_swapped: (_, photo) => { const el = one('photo'); if (!el) return null; el.src = photo; return {image: [id(el)], levels: {layout: 'passed'}}; },
    picture_broken: () => { const el = one('photo'); if (!el) return null; const b = el.getBoundingClientRect(); css(el, {width: b.width + 'px', height: b.height + 'px'}); el.src = 'data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw=='; css(el, {background: 'var(--soft)'}); el.style.objectFit = 'none'; return {image: [id(el)], orMissing: true, levels: {content: 'failed', layout: null}}; },
    chart_redrawn: (_, __, chart) => { const el = one('chart'); if (!el) return null; const e = id(el.firstElementChild), box = el.firstElementChild.getBoundingClientRect(); el.innerHTML = chart; el.firstElementChild.dataset.e = e; css(el.firstElementChild, {width: box.width + 'px', height: box.height + 'px', display: 'block'}); return {image: [e], levels: {layout: 'passed'}}; },
    placeholder_vs_value: () => { const el = one('field'); if (!el) return null; if (el.value) el.value = ''; else el.value = isCyrillic(document.body) ? 'Новый адрес' : 'New address'; return {text: [id(el)], levels: {layout: 'passed'}}; },
    select_option_changed: () => { const el = one('select'); if (!el) return null; el.selectedIndex = 1 + Math.floor(random() * 3); return {text: [id(el)], levels: {layout: 'passed'}}; },
    slider_moved: () => { const el = one('slider'); if (!el) return null; const now = parseFloat(el.style.left); el.style.left = (now > 50 ? now - 30 : now + 25) + '%'; return {bar: [id(el.parentElement), id(el)], levels: {layout: null}}; },
    progress_changed: () => { const el = one('track'); if (!el) return null; const fill = el.firstElementChild, now = parseFloat(fill.style.width); fill.style.width = (now > 50 ? now - 25 : now + 22) + '%'; return {bar: [id(el), id(fill)], levels: {layout: null}}; },
    text_wraps: rewrite('lead', (t, el) => { el.classList.remove('cut'); return t + (isCyrillic(el) ? ' и ещё несколько слов во второй строке' : ' and a few more words on a line of their own'); }, {wraps: true}),
    dots_recoloured: () => { const el = one('dots'); if (!el) return null; for (const dot of el.children) dot.style.background = pick(['#dc2626']); return {tints: [id(el)], ...COLOUR}; },
    rule_came: () => { const box = document.querySelector('[data-role=flow]').getBoundingClientRect(), el = make('', `position:absolute;left:0;right:0;height:1px;top:${Math.round(box.top - 9 + random() * 4)}px;background:${shade(document.body, 90)};z-index:2`); document.body.append(el); return {levels: {layout: null, content: null}}; },
    taller_page: () => ({taller: 60 + Math.floor(random() * 60)}),
    moved: () => { const el = one(pick(['act', 'title', 'pager'])); if (!el) return null; css(el, {position: 'relative', left: pick([9, 14, 22]) + 'px', top: pick([0, 4, 7]) + 'px', zIndex: 1}); return {moved: [id(el)]}; },
    resized: () => { const el = one('act'); if (!el) return null; const b = el.getBoundingClientRect(); css(el, {boxSizing: 'border-box', width: b.width + 26 + 'px', marginRight: '-26px', flex: 'none', zIndex: 1}); if (el.nextElementSibling && el.parentElement.dataset.role === 'actions') return null; return {resized: [id(el)]}; },
    button_colour: styled('act', () => ({background: pick(['#0f766e', '#9d174d', '#b45309']), borderColor: 'transparent', color: '#fff'}), COLOUR),
    label_colour: styled('lead', () => ({color: pick(['#0369a1', '#b91c1c', '#15803d'])}), COLOUR),

    slogan_changed: rewrite('slogan', (t, el) => isCyrillic(el) ? pick(['Скидки до вторника', 'Два по цене одного']) : pick(['Half price until May', 'Two for the price of one'])),
    multiple: (...rest) => {
      const names = ['price_changed', 'button_colour', 'state_check', 'badge_counter', 'picture_swapped', 'weight', 'state_switch', 'select_option_changed', 'slogan_changed', 'state_item'].sort(() => random() - .5), told = {};
      let made = 0;
      for (const name of names) {
        const one = made < 3 && OPERATIONS[name](...rest);
        if (!one) continue;
        made += 1;
        for (const key of ['style', 'text', 'image']) told[key] = [...(told[key] || []), ...(one[key] || [])];
      }
      return made < 2 ? null : {...told, levels: {layout: null, content: null}, note: `${made} changes`};
    },

    nc_caret: () => { const el = one('field'); if (!el) return null; const s = getComputedStyle(el), b = el.getBoundingClientRect(), c = document.createElement('canvas').getContext('2d'); c.font = s.font; const at = el.value ? Math.min(b.width - 12, parseFloat(s.paddingLeft) + parseFloat(s.borderLeftWidth) + c.measureText(el.value).width) : parseFloat(s.paddingLeft) + parseFloat(s.borderLeftWidth); const h = Math.round(parseFloat(s.fontSize) * 1.15); const bar = make('', `position:absolute;z-index:9;left:${Math.round(b.left + at)}px;top:${Math.round(b.top + (b.height - h) / 2)}px;width:1px;height:${h}px;background:${s.color}`); delete bar.dataset.put; document.body.append(bar); return {none: true}; },
    nc_half_pixel_line: () => { const el = one(pick(['lead', 'title', 'para', 'long'])); if (!el) return null; css(el, {transform: pick(['translateX(.5px)', 'translateY(.4px)', 'translate(.5px,.5px)'])}); return {none: true, note: el.style.transform}; },
    nc_half_pixel_page: () => { css(document.querySelector('main'), {transform: 'translateX(.5px)'}); return {none: true}; },
    nc_bar_one_pixel: () => { const el = one(pick(['track', 'rule'])); if (!el) return null; css(el, {position: 'relative', top: '1px'}); return {none: true}; },
    nc_shadow: () => { const el = one('panel') || one('card'); if (!el) return null; css(el, {boxShadow: '0 0 24px rgba(0,0,0,.012)' + (getComputedStyle(el).boxShadow === 'none' ? '' : ', ' + getComputedStyle(el).boxShadow)}); return {none: true}; },
    nothing: () => ({none: true}),
  };

  window.everyday = {
    number: () => { let n = document.querySelectorAll('[data-e]').length; const lead = n ? 'new' : ''; document.querySelectorAll('body *').forEach(el => { if (!el.dataset.e) el.dataset.e = lead + n++; }); },
    observe: () => {
      const rects = {}, parents = {}, puts = [], column = [], painted = [];
      for (const el of document.querySelectorAll('body [data-e]')) {
        const b = el.getBoundingClientRect();
        if (!el.checkVisibility() || !b.width || !b.height) continue;
        rects[el.dataset.e] = [b.left, b.top, b.right, b.bottom];
        parents[el.dataset.e] = el.parentElement.closest('[data-e]')?.dataset.e || '';
        if (el.dataset.put) puts.push(el.dataset.e);
        const s = getComputedStyle(el); if (s.boxShadow !== 'none' || parseFloat(s.borderBottomWidth) || parseFloat(s.borderRightWidth) || !/, 0\)|transparent/.test(s.backgroundColor)) painted.push(el.dataset.e);
        if (el.dataset.col) column.push(el.dataset.e);
      }
      return {rects, parents, puts, column, painted};
    },
    roleBoxes: role => roles(role).map(el => { const b = el.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom].map(Math.round); }),
    change: async (name, seed, twin, photo, chart) => {
      state = seed;
      for (let i = 0; i < 5; i++) random();
      const told = OPERATIONS[name](twin, photo, chart);
      await Promise.all([...document.images].map(img => img.decode().catch(() => 0)));
      await new Promise(done => requestAnimationFrame(() => setTimeout(done, 40)));
      return told;
    },
    names: () => Object.keys(OPERATIONS),
  };
}
