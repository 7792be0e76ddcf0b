# ruff: noqa: E501 - CSS is easier to read in whole pieces.
"""How desktop programs look, as CSS: Win32 classic and Aero, Windows 10 and 11, Qt Fusion, GTK, Swing, macOS, 1C, dark tools.

A look fixes faces, sizes and shapes; colours and distances vary from page to page. `HELD_OUT_LOOKS` are never trained on.
"""

import random
from dataclasses import dataclass

TAHOMA = "Tahoma,'DejaVu Sans Condensed'"
SEGOE = "'Open Sans','Noto Sans'"
VERDANA = "'Bitstream Vera Sans','DejaVu Sans'"


@dataclass(frozen=True, slots=True)
class Look:
    """Colours, face, heights (CSS pixels) and the rules of one desktop's controls."""

    name: str
    font: str
    size: float
    height: int
    face: str
    base: str
    ink: str
    line: str
    accent: str
    rules: str
    tick: str = "M2.500 6.500l2.500 2.500 5-6"
    is_dark: bool = False


def classic(rng: random.Random) -> Look:
    face = rng.choice(("#d4d0c8", "#c0c0c0", "#ece9d8", "#f0f0f0"))
    up = "border:1px solid;border-color:#fff #404040 #404040 #fff;box-shadow:inset -1px -1px #808080,inset 1px 1px #f4f4f4"
    down = "border:1px solid;border-color:#808080 #fff #fff #808080;box-shadow:inset 1px 1px #404040,inset -1px -1px #d4d0c8"
    rules = f".b{{background:{face};{up}}}.b.focus{{outline:1px dotted #000;outline-offset:-4px}}.f,.s,.lst{{background:#fff;{down}}}.arw{{background:{face};{up}}}.ck,.rd{{background:#fff;{down}}}.t:hover,.t.up{{{up}}}.t.on{{{down};background:#eceae4}}.tab{{border:1px solid;border-color:#fff #404040 {face} #fff;border-radius:2px 2px 0 0;background:{face}}}.th{{background:{face};{up}}}.cap{{background:linear-gradient(90deg,#0a246a,#a6caf0);color:#fff;font-weight:700}}.wb{{background:{face};{up};color:#000}}.grp{{border:1px solid #808080;box-shadow:1px 1px #fff,inset 1px 1px #fff}}.st{{{down.replace('404040', 'd4d0c8')}}}"
    return Look("classic", rng.choice((TAHOMA, TAHOMA, "'MS Sans Serif'", "'Liberation Sans'")), 11, rng.choice((21, 22, 23)), face, "#fff", "#000", "#808080", "#0a246a", rules)  # fmt: skip


def aero(rng: random.Random) -> Look:
    rules = "".join((
        ".b{background:linear-gradient(#f2f2f2 48%,#dcdcdc 50%,#cfcfcf);border:1px solid #707070;border-radius:3px;box-shadow:inset 0 0 0 1px #fcfcfc}.b.main{border-color:#3c7fb1;box-shadow:inset 0 0 0 1px #8fd6f5}",
        ".f,.lst{background:#fff;border:1px solid #abadb3;border-top-color:#8d8f95}.s{background:linear-gradient(#f2f2f2 48%,#dcdcdc 50%,#cfcfcf);border:1px solid #707070;border-radius:3px}.arw{border:0}.ck,.rd{background:linear-gradient(135deg,#d0d4da,#fff);border:1px solid #8e8f8f;box-shadow:inset 0 0 0 1px #f4f4f4}",
        ".t.up,.t.on{background:linear-gradient(#fdfeff,#cfe6f9);border:1px solid #7da2ce;border-radius:2px}.tab{background:linear-gradient(#f4f4f4,#dcdcdc);border:1px solid #898c95;border-bottom:0}.tab.on{background:#fff}.th{background:linear-gradient(#fff,#f3f4f6);border-right:1px solid #d5d5d5;border-bottom:1px solid #d5d5d5}",
        ".cap{background:linear-gradient(#d3e3f5,#b5cfea);color:#000}.wb{background:linear-gradient(#e3edf8,#b7cfe8);border:1px solid #6a88a8}.grp{border:1px solid #d5dfe5;border-radius:4px}.st{border-right:1px solid #d7d7d7}",
    ))  # fmt: skip
    return Look("aero", rng.choice((SEGOE, TAHOMA, SEGOE)), rng.choice((11, 12)), rng.choice((22, 23, 24)), "#f0f0f0", "#fff", "#000", "#abadb3", "#3399ff", rules)  # fmt: skip


def windows_ten(rng: random.Random) -> Look:
    accent = rng.choice(("#0078d7", "#0067c0", "#107c10", "#744da9"))
    rules = f".b{{background:#e1e1e1;border:1px solid #adadad}}.b.main{{border:2px solid {accent}}}.f,.lst{{background:#fff;border:1px solid #7a7a7a}}.s{{background:{rng.choice(('#e1e1e1', '#fff'))};border:1px solid #adadad}}.arw{{border:0}}.ck,.rd{{background:#fff;border:1px solid #333}}.t.up,.t.on{{background:#cce8ff;border:1px solid #99d1ff}}.tab{{background:#f0f0f0;border:1px solid #d9d9d9;border-bottom:0}}.tab.on{{background:#fff}}.th{{border-right:1px solid #e5e5e5;background:#fff}}.cap{{background:{rng.choice(('#fff', accent))};color:{rng.choice(('#000', '#666'))}}}.wb{{}}.grp{{border:1px solid #dcdcdc}}.st{{}}"
    return Look("windows10", SEGOE, rng.choice((12, 12, 13)), rng.choice((23, 24, 26)), rng.choice(("#f0f0f0", "#fff")), "#fff", "#000", "#bbb", accent, rules)  # fmt: skip


def windows_eleven(rng: random.Random) -> Look:
    dark = rng.random() < 0.35
    face, base, ink = ("#202020", "#2d2d2d", "#fff") if dark else ("#f3f3f3", "#fbfbfb", "#1a1a1a")
    edge = "#ffffff1a" if dark else "#0000001f"
    accent = rng.choice(("#005fb8", "#0067c0", "#8764b8")) if not dark else "#60cdff"
    rules = f".b,.s,.f{{background:{base};border:1px solid {edge};border-bottom-color:{'#ffffff30' if dark else '#00000040'};border-radius:4px}}.f{{border-bottom-color:#8a8a8a}}.b.main{{background:{accent};color:{'#000' if dark else '#fff'}}}.lst{{background:{base};border:1px solid {edge};border-radius:6px}}.arw{{border:0}}.ck{{border:1px solid #8a8a8a;border-radius:3px}}.ck.on{{background:{accent};border-color:{accent};color:{'#000' if dark else '#fff'}}}.rd{{border:1px solid #8a8a8a}}.t.up,.t.on{{background:{edge};border-radius:4px}}.tab{{border-radius:6px 6px 0 0}}.tab.on{{background:{base}}}.th{{border-right:1px solid {edge}}}.cap{{background:{face}}}.grp{{border:1px solid {edge};border-radius:6px;background:{base}}}"
    return Look("windows11", SEGOE, rng.choice((12, 13, 14)), rng.choice((30, 32)), face, base, ink, "#8a8a8a", accent, rules, is_dark=dark)  # fmt: skip


def fusion(rng: random.Random) -> Look:
    dark = rng.random() < 0.3
    face, base, ink, edge = (
        ("#353535", "#2a2a2a", "#eee", "#1e1e1e") if dark else ("#efefef", "#fff", "#000", "#b4b4b4")
    )
    light = "#4a4a4a" if dark else "#fdfdfd"
    fill = f"linear-gradient({light},{face})"
    rules = f".b,.s{{background:{fill};border:1px solid {edge};border-radius:2px}}.f,.lst{{background:{base};border:1px solid {edge};border-radius:2px}}.arw{{border-left:1px solid {edge}}}.ck,.rd{{background:{base};border:1px solid {edge}}}.t.up,.t.on{{background:{fill};border:1px solid {edge};border-radius:2px}}.tab{{background:{face};border:1px solid {edge};border-radius:2px 2px 0 0}}.tab.on{{background:{light}}}.th{{background:{fill};border-right:1px solid {edge};border-bottom:1px solid {edge}}}.cap{{background:{rng.choice(('#dcdcdc', '#31363b', '#4a6b8a'))};color:#888}}.grp{{border:1px solid {edge};border-radius:3px;background:#00000008}}"
    return Look("fusion", rng.choice(("'Noto Sans'", "'DejaVu Sans'", "'Oxygen-Sans','Noto Sans'", SEGOE)), rng.choice((12, 13)), rng.choice((22, 24, 26)), face, base, ink, edge, "#308cc6", rules, is_dark=dark)  # fmt: skip


def gtk(rng: random.Random) -> Look:
    dark = rng.random() < 0.3
    face, base, ink, edge = (
        ("#353535", "#2d2d2d", "#eeeeec", "#1b1b1b") if dark else ("#f6f5f4", "#fff", "#2e3436", "#cdc7c2")
    )
    fill = "linear-gradient(#3a3a3a,#323232)" if dark else "linear-gradient(#fbfafa,#edebe9)"
    rules = f".b,.s{{background:{fill};border:1px solid {edge};border-radius:5px}}.b.main{{background:linear-gradient(#3584e4,#2a76d2);color:#fff}}.f,.lst{{background:{base};border:1px solid {edge};border-radius:5px}}.arw{{border:0}}.ck,.rd{{background:{base};border:1px solid {edge}}}.ck{{border-radius:3px}}.t.up,.t.on{{background:{fill};border:1px solid {edge};border-radius:5px}}.tab.on{{border-bottom:3px solid #3584e4}}.th{{border-bottom:1px solid {edge};color:#888;font-weight:700}}.cap{{background:{fill};border-bottom:1px solid {edge};height:44px}}.wb{{border-radius:50%;background:#8883}}.grp{{border:0}}"
    return Look("gtk", "Cantarell,'Noto Sans'", rng.choice((13, 14, 15)), rng.choice((28, 30, 34)), face, base, ink, edge, "#3584e4", rules, is_dark=dark)  # fmt: skip


def metal(rng: random.Random) -> Look:
    face = rng.choice(("#eeeeee", "#cccccc"))
    fill = "linear-gradient(#dde8f3,#fff 35%,#b8cfe5)" if face == "#eeeeee" else face
    rules = f".b,.s{{background:{fill};border:1px solid #7a8a99;box-shadow:inset 1px 1px #fff}}.f,.lst{{background:#fff;border:1px solid #7a8a99}}.arw{{background:{fill};border-left:1px solid #7a8a99}}.ck,.rd{{background:{fill};border:1px solid #7a8a99}}.t.up,.t.on{{border:1px solid #7a8a99;background:{fill}}}.tab{{background:{face};border:1px solid #7a8a99;border-bottom:0;border-radius:4px 0 0 0}}.tab.on{{background:#c8ddf2}}.th{{background:{face};border-right:1px solid #7a8a99;border-bottom:1px solid #7a8a99;box-shadow:inset 1px 1px #fff}}.cap{{background:repeating-linear-gradient(45deg,#b8cfe5 0 2px,#c8d8e8 2px 4px);font-weight:700}}.wb{{border:1px solid #7a8a99}}.grp{{border:1px solid #b8cfe5}}"
    return Look("metal", rng.choice(("'DejaVu Sans'", "'Liberation Sans'", "'Bitstream Vera Sans'")), 12, rng.choice((22, 24, 26)), face, "#fff", "#333", "#7a8a99", "#6382bf", rules)  # fmt: skip


def nimbus(rng: random.Random) -> Look:
    fill = "linear-gradient(#fbfbfc,#d8dbe0 50%,#c9ccd2 52%,#dfe2e6)"
    rules = f".b,.s{{background:{fill};border:1px solid #8a8f98;border-radius:5px;box-shadow:0 1px #fff8}}.b.main{{background:linear-gradient(#a9bed2,#6a8eb0 50%,#5b82a7 52%,#84a7c8);color:#fff}}.f,.lst{{background:#fff;border:1px solid #92979f;box-shadow:inset 0 1px 2px #0003}}.arw{{background:linear-gradient(#a9bed2,#5b82a7);border-radius:0 5px 5px 0}}.ck,.rd{{background:{fill};border:1px solid #6f747d}}.ck{{border-radius:3px}}.t.up,.t.on{{background:{fill};border:1px solid #8a8f98;border-radius:4px}}.tab{{background:{fill};border:1px solid #8a8f98}}.tab.on{{background:linear-gradient(#a9bed2,#6a8eb0)}}.th{{background:{fill};border-right:1px solid #b0b3b9}}.cap{{background:linear-gradient(#e8ebee,#c5cad1);font-weight:700}}.wb{{border:1px solid #888;border-radius:3px;background:{fill}}}.grp{{border:1px solid #b8bcc4;border-radius:5px;background:#00000008}}"
    return Look("nimbus", rng.choice(("'Liberation Sans'", "'DejaVu Sans'")), rng.choice((12, 13)), rng.choice((26, 28)), "#d6d9df", "#fff", "#000", "#92979f", "#39698a", rules)  # fmt: skip


def macos(rng: random.Random) -> Look:
    dark = rng.random() < 0.3
    face, base, ink, edge = (
        ("#2b2b2d", "#3a3a3c", "#f2f2f2", "#ffffff22") if dark else ("#ececec", "#fff", "#1d1d1f", "#0000002e")
    )
    push = "background:#5d5d60" if dark else "background:#fff"
    rules = f".b,.s{{{push};border:1px solid {edge};border-radius:5px;box-shadow:0 1px 1px #0002}}.b.main{{background:linear-gradient(#4b9bff,#0a6cff);color:#fff;border-color:#0a60ff}}.f,.lst{{background:{base};border:1px solid {edge}}}.arw{{background:linear-gradient(#4b9bff,#0a6cff);color:#fff;border-radius:4px;margin:2px;width:16px!important}}.ck,.rd{{background:{base};border:1px solid #0000003a}}.ck{{border-radius:3px}}.ck.on,.rd.on{{background:#0a6cff;color:#fff}}.t.up,.t.on{{{push};border:1px solid {edge};border-radius:5px}}.tab{{{push};border:1px solid {edge}}}.tab.on{{background:#0a6cff;color:#fff}}.th{{border-right:1px solid {edge};border-bottom:1px solid {edge};background:{base}}}.cap{{background:linear-gradient(#e8e6e8,#d0ced0);color:#444}}.grp{{border:1px solid {edge};border-radius:5px;background:#00000008}}"
    return Look("macos", "Inter,'Noto Sans'", rng.choice((12, 13)), rng.choice((21, 22, 24)), face, base, ink, edge, "#0a6cff", rules, is_dark=dark)  # fmt: skip


def enterprise(rng: random.Random) -> Look:
    """1C:Enterprise forms: flat, yellow primary commands, green or grey frames."""
    edge = rng.choice(("#a0a0a0", "#b3ac86", "#c0c0c0", "#a5b5a5"))
    gold = rng.choice(("#ffe88b", "#ffe14d", "#fbe98e"))
    rules = f".b{{background:{rng.choice(('#fff', 'linear-gradient(#fff,#f1f1f1)', '#f2f2f2'))};border:1px solid {edge};border-radius:{rng.choice((0, 3, 4))}px}}.b.main{{background:{gold};border-color:#d5b33b}}.f,.lst{{background:#fff;border:1px solid {edge}}}.s{{background:#fff;border:1px solid {edge}}}.arw{{border-left:1px solid {edge}}}.ck,.rd{{background:#fff;border:1px solid {edge}}}.ck{{border-radius:2px;color:#1a8a1a}}.t.up,.t.on{{background:#fff;border:1px solid {edge};border-radius:3px}}.tab{{border:1px solid {edge};border-bottom:0;background:#f2f2f2}}.tab.on{{background:#fff;border-top:2px solid #2f9e44}}.th{{background:#f2f2f2;border-right:1px solid {edge};border-bottom:1px solid {edge}}}.sel{{background:{gold}!important;color:#000!important}}.cap{{background:{rng.choice(('#fff8d5', '#fbed9e', '#f7f7f7'))}}}.grp{{border:0;border-top:1px solid {edge}}}"
    return Look("enterprise", rng.choice(("Arimo,'Liberation Sans'", "'Liberation Sans'", TAHOMA)), rng.choice((12, 12, 13)), rng.choice((22, 23, 24, 26)), rng.choice(("#fff", "#fff", "#fcfaeb", "#f2f2f2")), "#fff", "#222", edge, "#009646", rules)  # fmt: skip


def tool(rng: random.Random) -> Look:
    """Dark or light developers' tools: flat, dense, thin lines."""
    dark = rng.random() < 0.65
    hue = rng.randrange(360)
    face, base, ink, edge = (f"hsl({hue},6%,{rng.choice((15, 20, 26))}%)", f"hsl({hue},6%,{rng.choice((11, 17, 23))}%)", "#ccc", f"hsl({hue},6%,34%)") if dark else (f"hsl({hue},8%,95%)", "#fff", "#333", f"hsl({hue},6%,80%)")  # fmt: skip
    accent = rng.choice(("#0e639c", "#3574f0", "#c75450", "#499c54"))
    rules = f".b,.s{{background:{face};border:1px solid {edge};border-radius:{rng.choice((0, 3, 4))}px}}.b.main{{background:{accent};color:#fff;border-color:{accent}}}.f,.lst{{background:{base};border:1px solid {edge};border-radius:{rng.choice((0, 3))}px}}.arw{{border:0}}.ck,.rd{{border:1px solid {edge};background:{base}}}.t.up,.t.on{{background:#8884;border-radius:3px}}.tab{{border-right:1px solid {edge}}}.tab.on{{background:{base};border-top:2px solid {accent}}}.th{{border-right:1px solid {edge};border-bottom:1px solid {edge}}}.cap{{background:{face};border-bottom:1px solid {edge}}}.grp{{border:1px solid {edge}}}"
    return Look("tool", rng.choice((SEGOE, "Inter,'Noto Sans'", "Roboto", "'DejaVu Sans'")), rng.choice((12, 13)), rng.choice((24, 26, 28)), face, base, ink, edge, accent, rules, is_dark=dark)  # fmt: skip


LOOKS = {
    "classic": classic, "aero": aero, "windows10": windows_ten, "fusion": fusion, "metal": metal, "macos": macos, "enterprise": enterprise,
    "tool": tool, "windows11": windows_eleven, "gtk": gtk, "nimbus": nimbus,
}  # fmt: skip
HELD_OUT_LOOKS = ("windows11", "gtk", "nimbus")
TRAINED_LOOKS = ("classic", "aero", "windows10", "fusion", "metal", "macos", "enterprise", "enterprise", "tool")


def sheet(look: Look, rng: random.Random) -> str:
    """The style sheet of all that programs in this look share."""
    h, size, box = look.height, look.size, rng.choice((12, 13, 13, 14, 15, 16))
    row = h - rng.choice((0, 1, 3, 5))
    stripe = f".lst .r:nth-child(even){{background:{'#ffffff08' if look.is_dark else '#0000000a'}}}" if rng.random() < 0.4 else ""  # fmt: skip
    grid = f".lst .c{{border-right:1px solid {look.line}55;border-bottom:1px solid {look.line}55}}" if rng.random() < 0.5 else ""  # fmt: skip
    return f"""*{{box-sizing:border-box}}html,body{{margin:0;height:100%}}body{{font:{size}px/1.25 {look.font},sans-serif;background:{look.face};color:{look.ink};overflow:hidden}}svg.i{{display:block;flex:none}}img{{display:block}}p{{margin:0}}
.w{{display:flex;flex-direction:column;background:{look.face};color:{look.ink};overflow:hidden}}.cap{{display:flex;align-items:center;gap:6px;height:{rng.choice((26, 30, 32))}px;padding:0 6px;flex:none;white-space:nowrap}}.wb{{width:{rng.choice((18, 22, 28))}px;height:{rng.choice((16, 18, 20))}px;display:flex;align-items:center;justify-content:center;flex:none}}
.mb{{display:flex;gap:{rng.choice((10, 14, 18))}px;padding:3px 8px;flex:none;white-space:nowrap;overflow:hidden}}.bar{{display:flex;align-items:center;gap:{rng.choice((0, 1, 2, 4))}px;padding:2px 4px;flex:none;overflow:hidden}}.sep{{width:1px;height:{h - 4}px;background:{look.line};margin:0 3px;flex:none}}
.t{{display:flex;align-items:center;justify-content:center;min-width:{h}px;height:{h}px;flex:none;gap:4px;padding:0 {rng.choice((2, 3, 4))}px;border:1px solid transparent;white-space:nowrap}}.b{{display:inline-flex;align-items:center;justify-content:center;gap:5px;height:{h}px;min-width:{rng.choice((60, 75, 75, 88))}px;padding:0 10px;white-space:nowrap;flex:none}}.b.sq{{min-width:{h}px;width:{h}px;padding:0}}
.f{{display:flex;align-items:center;height:{h}px;padding:0 4px;flex:1;min-width:40px;overflow:hidden;white-space:nowrap;gap:4px}}.f.area{{height:auto;align-items:flex-start;white-space:normal;padding:3px 4px}}.s{{display:flex;align-items:center;height:{h}px;padding-left:5px;flex:1;min-width:44px;overflow:hidden;white-space:nowrap}}.s>span{{flex:1;overflow:hidden}}.arw{{width:{rng.choice((16, 17, 18, 20))}px;align-self:stretch;display:flex;align-items:center;justify-content:center;flex:none}}
.ck,.rd{{width:{box}px;height:{box}px;flex:none;display:inline-flex;align-items:center;justify-content:center}}.rd{{border-radius:50%}}.ch{{display:flex;align-items:center;gap:6px;white-space:nowrap}}.hint{{opacity:.55}}.row{{display:flex;align-items:center;gap:6px}}.col{{display:flex;flex-direction:column;gap:{rng.choice((4, 6, 8, 10))}px;min-width:0}}.grow{{flex:1;min-width:0}}
.tabs{{display:flex;align-items:flex-end;padding:4px 4px 0;flex:none}}.tab{{padding:{rng.choice((3, 4, 6))}px {rng.choice((8, 10, 14))}px;display:flex;gap:5px;align-items:center;white-space:nowrap}}.page{{flex:1;min-height:0;padding:8px;overflow:hidden}}.lst{{overflow:hidden}}.r{{display:flex;align-items:center;height:{row}px;white-space:nowrap}}.c{{padding:0 5px;overflow:hidden;flex:none;display:flex;align-items:center;gap:4px;height:100%}}.th{{font-weight:{rng.choice((400, 400, 700))};padding:0 5px;display:flex;align-items:center;gap:4px;height:{h}px;flex:none;overflow:hidden;white-space:nowrap}}.sel{{background:{look.accent}!important;color:#fff}}
{stripe}{grid}.stat{{display:flex;gap:2px;padding:2px;flex:none;white-space:nowrap}}.st{{padding:1px 6px}}.grp{{padding:{rng.choice((10, 14))}px 10px 8px;position:relative}}.grp>.leg{{position:absolute;top:-{size * 0.6:.0f}px;left:9px;background:{look.face};padding:0 3px}}.split{{display:flex;min-height:0;flex:1}}.num{{justify-content:flex-end}}
.sb{{width:{rng.choice((10, 14, 17))}px;flex:none;background:#8882;align-self:stretch}}.sb i{{display:block;margin:18px 1px;height:40%;background:#8886}}{look.rules}"""
