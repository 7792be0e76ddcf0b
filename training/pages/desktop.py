# ruff: noqa: E501 - HTML is easier to read in whole pieces.
"""Windows of desktop programs: menus, tool bars of joined icon buttons, trees, tables, forms, dialogs, property grids."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from training.pages import procedural_pictures
from training.pages.icons import IconSet
from training.pages.looks import HELD_OUT_LOOKS, LOOKS, TRAINED_LOOKS, Look, sheet
from training.pages.marks import COLOURED, FILES, disc, expander, mark, sort_arrow
from training.pages.words import Words

MENUS = {
    "en": ["File", "Edit", "View", "Insert", "Format", "Tools", "Window", "Help", "Run", "Project", "Search", "Options", "Debug", "Go", "Bookmarks"],
    "ru": ["Файл", "Правка", "Вид", "Вставка", "Формат", "Сервис", "Окна", "Справка", "Операции", "Отчёты", "Поиск", "Настройка", "Переход", "Документы", "Помощь"],
}  # fmt: skip
COMMANDS = {
    "en": ["OK", "Cancel", "Apply", "Close", "Open...", "Browse...", "Add", "Remove", "Edit", "Up", "Down", "Yes", "No", "Help", "Save", "New", "Refresh", "Find", "Advanced...", "Defaults", "Reset", "Print", "Next >", "< Back", "Finish", "Import", "Connect"],
    "ru": ["ОК", "Отмена", "Применить", "Закрыть", "Обзор...", "Добавить", "Удалить", "Изменить", "Записать и закрыть", "Записать", "Провести и закрыть", "Провести", "Создать", "Подобрать", "Заполнить", "Печать", "Ещё", "Найти...", "Отменить поиск", "Справка", "Далее >", "< Назад", "Готово", "Да", "Нет", "Параметры...", "По умолчанию", "Выбрать"],
}  # fmt: skip
FIELDS = {
    "en": ["Name", "Host", "Port", "User name", "Password", "Path", "Title", "Type", "Value", "Size", "Encoding", "Format", "Language", "Thread count", "Timeout, ms", "Description", "Comment", "Owner", "Group", "Version", "Address", "Number", "Date from", "to", "Server", "Database"],
    "ru": ["Наименование", "Код", "Контрагент", "Договор", "Организация", "Склад", "Номенклатура", "Количество", "Цена", "Сумма", "НДС", "Валюта", "Дата", "Номер", "Комментарий", "Ответственный", "Подразделение", "Период", "Счёт", "Вид операции", "Адрес", "Телефон", "ИНН", "КПП", "Единица", "Артикул", "Основание", "Банк"],
}  # fmt: skip
CHOICES = {
    "en": ["Show hidden files", "Use system proxy", "Start with Windows", "Word wrap", "Match case", "Whole words only", "Enable logging", "Keep connection alive", "Read only", "Always on top", "Auto save", "Use SSL", "Recursive", "Check for updates"],
    "ru": ["Цена включает НДС", "Показывать удалённые", "Не использовать", "Проведён", "Учитывать регистр", "Только остатки", "Автоматически", "Запоминать пароль", "Основной", "По всем складам", "Включать подчинённые", "Выводить итоги", "Сортировать", "Показывать подсказки"],
}  # fmt: skip


@dataclass(slots=True)
class Desk:
    """Draws the controls and windows of one look."""

    rng: random.Random
    words: Words
    look: Look
    icons: IconSet
    is_coloured: bool

    def say(self, source: dict[str, list[str]]) -> str:
        return escape(self.rng.choice(source[self.words.tongue()]))

    def icon(self, size: float = 16, *names: str) -> str:
        rng = self.rng
        if self.is_coloured and not names and rng.random() < 0.8:
            return mark(rng, size, COLOURED)
        shade = rng.choice((self.look.ink, self.look.ink, self.look.accent, "#c0392b", "#27803a", "#8a6d00", "#888"))
        return self.icons.draw(rng, size, names, shade)

    def tool(self, is_framed: bool) -> str:
        rng = self.rng
        inner = self.icon(rng.choice((16, 16, 16, 14, 18, 20)))
        if rng.random() < 0.1:
            inner += f"<span>{self.say(COMMANDS)}</span>"
        if rng.random() < 0.12:
            inner += self.icons.draw(rng, 8, ("down",), self.look.ink)
        return (
            f'<span data-k="click" class="t {"up" if is_framed else rng.choice(("", "", "", "", "on"))}">{inner}</span>'
        )

    def tool_bar(self) -> str:
        rng = self.rng
        is_framed, bits = rng.random() < 0.45, []
        for _ in range(rng.randrange(4, 22)):
            bits.append(self.tool(is_framed) if rng.random() < 0.88 else rng.choice((
                lambda: '<i class="sep"></i>', lambda: f'<div style="width:{rng.choice((70, 110, 160))}px;display:flex;flex:none">{self.select()}</div>',
                lambda: f'<div style="width:{rng.choice((60, 110, 180))}px;display:flex;flex:none">{self.field()}</div>', self.button, lambda: f'<span style="padding:0 4px;flex:none">{self.say(FIELDS)}:</span>',
            ))())  # fmt: skip
            if rng.random() < 0.15:
                bits.append('<i class="sep"></i>')
        return f'<div class="bar">{"".join(bits)}</div>'

    def button(self, text: str = "", main: bool = False) -> str:
        rng = self.rng
        mark_before = self.icon(rng.choice((14, 16))) if rng.random() < 0.2 else ""
        state = rng.choice(("", "", "", "focus", "hint"))
        arrow = self.icons.draw(rng, 8, ("down",), self.look.ink) if rng.random() < 0.08 else ""
        return f'<span data-k="click" class="b {"main" if main else ""} {state}">{mark_before}{text or self.say(COMMANDS)}{arrow}</span>'

    def small_button(self) -> str:
        rng = self.rng
        inner = rng.choice(("...", "…", "+", "−", "×", "?", "&gt;&gt;", "&lt;", "", "", ""))
        return f'<span data-k="click" class="b sq">{inner or self.icon(rng.choice((12, 14, 16)))}</span>'

    def value(self) -> str:
        w = self.words
        return escape(self.rng.choice((
            w.value, w.item, w.number, w.price, w.date, w.person, w.code, w.email, lambda: "", lambda: "", lambda: str(self.rng.randrange(10)), lambda: "127.0.0.1", lambda: "C:\\Program Files\\Data", lambda: "/var/lib/data/" + w.code(),
            lambda: f"{self.rng.randrange(256)}.{self.rng.randrange(256)}.{self.rng.randrange(256)}.{self.rng.randrange(256)}", lambda: "8080", lambda: "••••••••", lambda: "0,00", lambda: w.date() + " 0:00:00",
        ))())  # fmt: skip

    def field(self) -> str:
        """A text field; now and then with steps, or with small signs at its end as 1C has them."""
        rng = self.rng
        text = f'<span data-t class="grow {rng.choice(("", "", "", "hint"))}" style="{rng.choice(("", "", "", "text-align:right"))}">{self.value()}</span>'
        tail, chance = "", rng.random()
        if chance < 0.14:
            tail = f'<span style="display:flex;flex-direction:column;gap:3px;flex:none">{self.icons.draw(rng, 7, ("up",), self.look.ink)}{self.icons.draw(rng, 7, ("down",), self.look.ink)}</span>'
        elif chance < 0.3 and self.look.name in ("enterprise", "tool", "windows10"):
            tail = rng.choice(
                (
                    '<span style="flex:none">...</span>',
                    self.icons.draw(rng, 12, ("calendar",), "#777"),
                    self.icons.draw(rng, 12, ("search",), "#777"),
                    '<span style="flex:none;opacity:.6">×</span>',
                )
            )
        return f'<span data-k="input" class="f">{text}{tail}</span>'

    def area(self, height: int) -> str:
        lines = "<br>".join(escape(self.words.sentence()) for _ in range(self.rng.randrange(0, 6)))
        return f'<span data-k="input" class="f area" style="height:{height}px;flex:none"><span data-t>{lines}</span></span>'

    def select(self) -> str:
        rng = self.rng
        shape = rng.choice(("caret", "angle", "pair")) if self.look.name not in ("classic", "metal") else "caret"
        drawn = {"caret": '<path d="M2 4h8l-4 4z" fill="currentColor"/>', "angle": '<path d="M2 4l4 4 4-4" fill="none" stroke="currentColor" stroke-width="1.300"/>', "pair": '<path d="M3 5l3-3.500L9 5zM3 7l3 3.500L9 7z" fill="currentColor"/>'}[shape]  # fmt: skip
        size = rng.choice((7, 8, 10, 12))
        front = f'<span style="flex:none;margin-right:4px">{self.icon(14)}</span>' if rng.random() < 0.08 else ""
        text = escape(
            rng.choice(
                (
                    self.words.option,
                    self.words.item,
                    self.words.state,
                    self.words.city,
                    lambda: "UTF-8",
                    lambda: "=",
                    lambda: "100%",
                    lambda: str(rng.randrange(100)),
                )
            )()
        )
        return f'<span data-k="select" class="s">{front}<span data-t>{text}</span><i class="arw"><svg style="width:{size}px;height:{size}px" viewBox="0 0 12 12">{drawn}</svg></i></span>'

    def check(self, text: str = "", kind: str = "ck", on: bool | None = None) -> str:
        rng, look = self.rng, self.look
        on = rng.random() < 0.5 if on is None else on
        sign = ""
        if on and kind == "ck":
            sign = f'<svg style="width:90%;height:90%" viewBox="0 0 12 12"><path d="{look.tick}" fill="none" stroke="currentColor" stroke-width="{rng.choice((1.3, 1.8, 2.2))}"/></svg>'
        elif on:
            sign = f'<i style="width:{rng.choice((36, 42, 50))}%;height:{rng.choice((36, 42))}%;aspect-ratio:1;border-radius:50%;background:currentColor"></i>'
        named = "checkbox" if kind == "ck" else "radio"
        glyph = f'<span data-k="{named}" class="{kind} {"on" if on else ""}">{sign}</span>'
        return (
            f'<span class="ch">{glyph}<span class="{rng.choice(("", "", "hint"))}">{text or self.say(CHOICES)}</span></span>'
            if text != "-"
            else glyph
        )

    def radios(self) -> str:
        chosen, count = self.rng.randrange(4), self.rng.randrange(2, 5)
        rows = "".join(self.check(kind="rd", on=place == chosen) for place in range(count))
        return f'<div class="{self.rng.choice(("col", "row"))}">{rows}</div>'

    def line(self, width: int) -> str:
        """A name, a field, and what stands behind it."""
        rng = self.rng
        name = f'<span style="width:{width}px;flex:none;overflow:hidden;white-space:nowrap">{self.say(FIELDS)}{rng.choice((":", ":", ""))}</span>'
        control = self.select() if rng.random() < 0.3 else self.field()
        tail = rng.choice(("", "", "", self.small_button(), self.button(), f"<span>{self.say(FIELDS)}</span>"))
        return f'<div class="row">{name}{control}{tail}</div>'

    def group(self, inner: str) -> str:
        return f'<div class="grp" style="margin-top:8px"><span class="leg">{self.say(FIELDS)}</span><div class="col">{inner}</div></div>'

    def form(self) -> str:
        rng = self.rng
        width = rng.choice((80, 100, 120, 140))
        makes: tuple[Callable[[], str], ...] = (
            lambda: self.line(width), lambda: self.line(width), lambda: self.line(width), self.check, self.radios, lambda: self.area(rng.choice((44, 70, 120))), lambda: f"<p>{escape(self.words.sentence())}</p>",
            lambda: self.group("".join(self.line(width) for _ in range(rng.randrange(1, 4)))), lambda: self.group("".join(self.check() for _ in range(rng.randrange(2, 5)))), lambda: self.group(self.radios()),
            lambda: f'<div class="row">{self.line(width)}{self.line(60)}</div>', lambda: f'<div class="row">{self.check()}{self.check()}</div>',
        )  # fmt: skip
        return f'<div class="col" style="max-width:{rng.choice((420, 560, 760, 9999))}px">{"".join(rng.choice(makes)() for _ in range(rng.randrange(5, 14)))}</div>'

    def cell(self, column: str) -> str:
        rng, w = self.rng, self.words
        return {
            "text": lambda: f"<span>{escape(rng.choice((w.item, w.person, w.city, w.heading))())}</span>", "number": lambda: f"<span>{escape(rng.choice((w.number, w.price))())}</span>", "digit": lambda: f"<span>{rng.randrange(10)}</span>",
            "date": lambda: f"<span>{w.date()}</span>", "mark": lambda: self.icon(16), "file": lambda: mark(rng, 16, FILES) + f"<span>{escape(w.code())}.{rng.choice(('txt', 'py', 'xml', 'dll', 'cfg'))}</span>",
            "check": lambda: self.check("-"), "state": lambda: disc(rng, rng.choice((8, 10, 12, 14, 16)), rng.choice(("#2e9d3f", "#d33", "#e8a200", "#2a7fd4", "#999"))) + f"<span>{escape(w.state())}</span>",
        }[column]()  # fmt: skip

    def table(self, rows: int) -> str:
        """A list with a head; cells are labels and icons, never fields."""
        rng = self.rng
        columns = rng.sample(
            ("text", "text", "text", "number", "number", "digit", "digit", "date", "mark", "file", "check", "state"),
            rng.randrange(3, 9),
        )
        widths = [
            {"mark": 26, "check": 26, "digit": 40, "number": 90, "date": 84}.get(name, rng.choice((110, 160, 220)))
            for name in columns
        ]
        sorted_by, chosen = rng.randrange(9), rng.randrange(-3, rows)
        head = "".join(
            f'<span class="th" style="width:{wide}px">{"" if name in ("mark", "check") else self.say(FIELDS)}{sort_arrow(rng, self.look.ink) if place == sorted_by else ""}</span>'
            for place, (name, wide) in enumerate(zip(columns, widths, strict=True))
        )
        body = "".join(
            f'<div class="r {"sel" if row == chosen else ""}">' + "".join(f'<span class="c {"num" if name in ("number", "digit") else ""}" style="width:{wide}px">{self.cell(name)}</span>' for name, wide in zip(columns, widths, strict=True)) + "</div>"
            for row in range(rows)
        )  # fmt: skip
        return f'<div class="lst grow" style="display:flex"><div class="grow" style="overflow:hidden"><div style="display:flex">{head}</div>{body}</div>{self.scroll_bar()}</div>'

    def scroll_bar(self) -> str:
        return '<div class="sb"><i></i></div>' if self.rng.random() < 0.6 else ""

    def tree(self, rows: int) -> str:
        rng, depth, lines = self.rng, 0, []
        style = rng.random()
        chosen = rng.randrange(rows)
        for row in range(rows):
            depth = max(0, min(4, depth + rng.choice((-1, 0, 0, 1))))
            opener = (
                expander(random.Random(style), self.look.line if not self.look.is_dark else "#999", rng.random() < 0.5)
                if rng.random() < 0.6
                else '<i style="width:10px;flex:none"></i>'
            )
            text = escape(rng.choice((self.words.nav, self.words.item, self.words.code, self.words.heading))())
            picture = (
                rng.choice(
                    (mark(rng, 16, FILES), self.icon(16), self.icons.draw(rng, 16, ("folder", "file"), "#c9a227"))
                )
                if rng.random() < 0.85
                else ""
            )
            box = self.check("-") if rng.random() < 0.05 else ""
            lines.append(
                f'<div class="r {"sel" if row == chosen else ""}" style="padding-left:{6 + 16 * depth}px;gap:4px">{opener}{box}{picture}<span>{text}</span></div>'
            )
        return f'<div class="lst grow" style="height:100%">{"".join(lines)}</div>'

    def list_box(self, rows: int) -> str:
        chosen = self.rng.randrange(rows)
        body = "".join(
            f'<div class="r {"sel" if row == chosen else ""}" style="padding:0 4px"><span>{escape(self.words.item())}</span></div>'
            for row in range(rows)
        )
        return f'<div class="lst" style="display:flex"><div class="grow">{body}</div>{self.scroll_bar()}</div>'

    def properties(self, rows: int) -> str:
        """A property grid: names left, values right, lines between."""
        rng = self.rng
        body = "".join(
            f'<div class="r"><span class="c" style="width:45%;border-right:1px solid {self.look.line}66;border-bottom:1px solid {self.look.line}44">{self.say(FIELDS)}</span><span class="c grow" style="border-bottom:1px solid {self.look.line}44">{rng.choice((self.value(), self.value(), self.check("-"), "True", "False"))}</span></div>'
            for _ in range(rows)
        )
        return f'<div class="lst">{body}</div>'

    def tab_row(self) -> str:
        rng = self.rng
        on = rng.randrange(3)
        close = rng.random() < 0.3
        items = "".join(
            f'<span data-k="click" class="tab {"on" if place == on else ""}">{self.icon(14) if rng.random() < 0.25 else ""}{escape(self.words.nav())}{self.icons.draw(rng, 9, ("close",), self.look.ink) if close else ""}</span>'
            for place in range(rng.randrange(2, 7))
        )  # fmt: skip
        return f'<div class="tabs">{items}</div>'

    def code(self, rows: int) -> str:
        """An editor with line numbers, or a terminal."""
        rng = self.rng
        ground, ink = rng.choice(
            (
                ("#fff", "#222"),
                ("#1e1e1e", "#d4d4d4"),
                ("#000", "#ccc"),
                ("#282a36", "#f8f8f2"),
                (self.look.base, self.look.ink),
            )
        )
        shades = (
            ("#569cd6", "#ce9178", "#4ec9b0", "#b5cea8", ink, ink, ink)
            if ground not in ("#fff", self.look.base)
            else ("#0033b3", "#067d17", "#871094", ink, ink)
        )
        lines = []
        for row in range(rows):
            bits = "".join(
                f'<span style="color:{rng.choice(shades)}">{escape(bit)}</span> '
                for bit in rng.choice(
                    (
                        self.words.sentence().split()[:6],
                        ["def", "run(self,", f"count={rng.randrange(99)}):"],
                        [
                            f"{rng.randrange(256)}.{rng.randrange(256)}.0.1",
                            "-",
                            "GET",
                            "/api/v1",
                            str(rng.randrange(200, 505)),
                        ],
                        ["for", "row", "in", "rows[0]:"],
                        ["Если", "Сумма", "=", "0", "Тогда"],
                        ["КонецЕсли;"],
                        ["$", "ls", "-la", "/etc"],
                    )
                )
            )
            lines.append(
                f'<div style="display:flex;gap:10px;padding-left:{rng.choice((0, 0, 14, 28))}px;white-space:pre">{f"<span style=opacity:.5>{row + 1}</span>" if rows % 2 else ""}<span>{bits}</span></div>'
            )
        mono = rng.choice(
            (
                "'DejaVu Sans Mono'",
                "'Liberation Mono'",
                "Cousine",
                "'Fira Code'",
                "'JetBrains Mono'",
                "Courier,'Liberation Mono'",
                "'PT Mono'",
            )
        )
        return f'<div class="grow" style="background:{ground};color:{ink};font:{rng.choice((11, 12, 13))}px/1.4 {mono},monospace;overflow:hidden;height:100%;padding:4px">{"".join(lines)}</div>'

    def chart(self) -> str:
        rng = self.rng
        return procedural_pictures.chart(
            rng,
            rng.choice((220, 320, 460)),
            rng.choice((140, 200, 260)),
            self.look.ink,
            self.look.line,
            self.look.accent,
        )

    def icon_view(self) -> str:
        """Files as large icons with their names below."""
        rng = self.rng
        size = rng.choice((24, 32, 32, 48))
        tiles = "".join(
            f'<div style="width:84px;display:flex;flex-direction:column;align-items:center;gap:3px;text-align:center">{mark(rng, size, rng.choice((FILES, COLOURED)))}<span style="max-width:80px;overflow:hidden">{escape(self.words.nav())}</span></div>'
            for _ in range(rng.randrange(6, 24))
        )
        return f'<div class="lst grow" style="display:flex;flex-wrap:wrap;gap:14px;padding:8px;align-content:flex-start;height:100%">{tiles}</div>'

    def buttons(self) -> str:
        rng = self.rng
        main = rng.randrange(4)
        row = "".join(self.button(main=place == main) for place in range(rng.randrange(1, 6)))
        return f'<div class="row" style="justify-content:{rng.choice(("flex-end", "flex-start", "flex-start", "center"))};padding:4px 8px;flex:none;overflow:hidden">{row}</div>'

    def caption(self) -> str:
        rng = self.rng
        marks = ("minus", "plus", "close")
        ends = "".join(
            f'<span data-k="click" class="wb">{self.icons.draw(rng, rng.choice((9, 10, 12)), (name,), "currentColor")}</span>'
            for name in marks
        )
        if self.look.name == "macos":
            ends = ""
            front = "".join(
                f'<svg data-k="icon" class="i" style="width:12px;height:12px" viewBox="0 0 12 12"><circle cx="6" cy="6" r="5.500" fill="{shade}"/></svg>'
                for shade in ("#ff5f57", "#febc2e", "#28c840")
            )
        else:
            front = self.icon(16) if rng.random() < 0.8 else ""
        return f'<div class="cap">{front}<span class="grow" style="overflow:hidden">{escape(rng.choice((self.words.heading, self.words.brand, self.words.item))())}</span>{ends}</div>'

    def menu_bar(self) -> str:
        items = "".join(f"<span>{self.say(MENUS)}</span>" for _ in range(self.rng.randrange(4, 10)))
        return f'<div class="mb">{items}</div>'

    def status(self) -> str:
        cells = "".join(
            f'<span class="st {"grow" if place == 0 else ""}">{escape(self.rng.choice((self.words.sentence, self.words.state, self.words.number, lambda: "UTF-8", lambda: "Ln 12, Col 4", self.words.clock))())}</span>'
            for place in range(self.rng.randrange(1, 6))
        )
        return f'<div class="stat">{cells}</div>'

    def pane(self, height: int) -> str:
        rng, look = self.rng, self.look
        rows = max(3, height // max(16, look.height - 3))
        inner = rng.choice((
            lambda: self.table(rows), lambda: self.table(rows), lambda: self.form(), lambda: self.form(), lambda: self.form(), lambda: self.tree(rows), lambda: self.list_box(max(3, rows // 2)), lambda: self.properties(max(3, rows // 2)),
            lambda: self.code(rows), self.icon_view, lambda: self.chart() + self.table(5), lambda: self.form() + self.table(max(3, rows // 3)), lambda: self.bar_and_table(rows),
        ))()  # fmt: skip
        tabs = self.tab_row() if rng.random() < 0.35 else ""
        return f'<div style="display:flex;flex-direction:column;height:100%;min-width:0" class="grow">{tabs}<div class="page">{inner}</div></div>'

    def bar_and_table(self, rows: int) -> str:
        """1C's way: commands over a table, a search at the end of the bar."""
        bar = "".join(
            self.rng.choice((self.button, self.button, self.small_button))() for _ in range(self.rng.randrange(3, 8))
        )
        return f'<div class="row" style="padding-bottom:6px;overflow:hidden">{bar}<div style="width:170px;display:flex;margin-left:auto">{self.field()}</div>{self.small_button()}</div>{self.table(rows)}'

    def window(self, width: int, height: int) -> str:
        rng = self.rng
        bars = "".join(self.tool_bar() for _ in range(rng.choice((0, 1, 1, 2, 2))))
        side = (
            f'<div style="width:{rng.choice((160, 220, 280))}px;flex:none;padding:2px">{self.tree(max(4, height // 19))}</div>'
            if width > 620 and rng.random() < 0.45
            else ""
        )
        second = (
            f'<div style="width:{rng.choice((220, 300))}px;flex:none">{self.pane(height)}</div>'
            if width > 900 and rng.random() < 0.35
            else ""
        )
        parts = [
            self.caption() if rng.random() < 0.85 else "", self.menu_bar() if rng.random() < 0.6 else "", bars, self.buttons() if self.look.name == "enterprise" else "", self.tab_row() if rng.random() < 0.3 else "",
            f'<div class="split grow">{side}{self.pane(height - 120)}{second}</div>', self.buttons() if rng.random() < 0.45 else "", self.status() if rng.random() < 0.4 else "",
        ]  # fmt: skip
        return f'<div class="w" style="width:{width}px;height:{height}px">{"".join(parts)}</div>'

    def screen(self, width: int, height: int) -> str:
        """One window over the whole screen, or some on a desktop."""
        rng = self.rng
        page = self.window(width, height)
        if rng.random() < 0.45:
            w, h = min(width - 30, rng.choice((340, 420, 520, 640))), min(height - 40, rng.choice((220, 320, 420, 520)))
            page += f'<div style="position:absolute;left:{rng.randrange(10, width - w)}px;top:{rng.randrange(10, height - h)}px;border:1px solid #555;box-shadow:0 4px 18px #0006">{self.dialog(w, h)}</div>'
        return page

    def dialog(self, width: int, height: int) -> str:
        tabs = self.tab_row() if self.rng.random() < 0.4 else ""
        body = (
            self.form()
            if self.rng.random() < 0.8
            else f'<div class="row">{self.icon(32)}<p>{escape(self.words.paragraph(2))}</p></div>'
        )
        return f'<div class="w" style="width:{width}px;height:{height}px">{self.caption()}{tabs}<div class="page">{body}</div>{self.buttons()}</div>'


def desktop_page(
    rng: random.Random, words: Words, icons: IconSet, size: tuple[int, int], held_out: bool
) -> tuple[str, str]:
    """The document of one screen, and the look it wears."""
    name = rng.choice(HELD_OUT_LOOKS if held_out else TRAINED_LOOKS)
    look = LOOKS[name](rng)
    if name == "enterprise" and rng.random() < 0.8:
        words = Words(rng, "ru")
    desk = Desk(rng, words, look, icons, rng.random() < 0.7)
    body = desk.screen(*size)
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><style>{sheet(look, rng)}</style></head><body>{body}</body></html>',
        name,
    )
