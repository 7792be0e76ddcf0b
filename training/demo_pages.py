# ruff: noqa: E501 - HTML and CSS are easier to read in whole pieces.
"""The two pages of `run.py demo`: a shop's product list and its orders, and what a release does to the first."""

import random

from training.pages import Page
from training.pages.icons import OWN
from training.pages.procedural_pictures import logo, photo

SHEET = """
*{box-sizing:border-box}body{margin:0;font:15px/1.5 Inter,'Open Sans',sans-serif;background:#f5f6fa;color:#1f2536;overflow:hidden}
header{display:flex;align-items:center;gap:28px;height:64px;padding:0 32px;background:#fff;border-bottom:1px solid #e3e6ee}
header b{font-size:18px;letter-spacing:-.02em}header nav{display:flex;gap:24px;flex:1;color:#59617a}header nav .on{color:#3b4fe0;font-weight:600}
.brand,.row{display:flex;align-items:center;gap:12px}.search{display:flex;align-items:center;gap:8px;width:260px;height:38px;padding:0 12px;border:1px solid #cfd5e3;border-radius:8px;background:#fff;color:#8b93a9}
svg.i{width:20px;height:20px;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round;flex:none;color:#59617a}
main{padding:26px 32px;display:grid;grid-template-columns:230px 1fr;gap:28px}h1{font-size:26px;margin:0;letter-spacing:-.02em}h2{font-size:16px;margin:0 0 10px}
.btn{display:inline-flex;align-items:center;justify-content:center;gap:8px;height:38px;padding:0 18px;border-radius:8px;border:1px solid #cfd5e3;background:#fff;color:#1f2536;font:600 14px Inter,sans-serif}
.btn.main{background:#3b4fe0;border-color:#3b4fe0;color:#fff}.card{background:#fff;border:1px solid #e3e6ee;border-radius:12px}.muted{color:#7a8299;font-size:13.5px}
.grid{display:grid;grid-template-columns:repeat(3,1fr);gap:20px;margin-top:20px}.item{overflow:hidden}.item img{display:block;width:100%;height:128px;object-fit:cover}.item div{padding:12px 16px 0}.item .foot{display:flex;justify-content:space-between;align-items:center;padding:10px 16px 16px}
.price{font-weight:700;font-size:17px}.side{padding:18px;align-self:start}.side label{display:flex;align-items:center;gap:9px;margin:7px 0}
.side input{appearance:none;width:16px;height:16px;margin:0;border:1.5px solid #9aa3b8;border-radius:4px;background:#fff}.side input[type=radio]{border-radius:50%}
.side input:checked{border-color:#3b4fe0;background:#3b4fe0;box-shadow:inset 0 0 0 3px #fff}.sel{display:flex;align-items:center;justify-content:space-between;width:190px;height:38px;padding:0 12px;border:1px solid #cfd5e3;border-radius:8px;background:#fff}
.sw{width:38px;height:22px;border-radius:11px;background:#3b4fe0;position:relative}.sw::after{content:'';position:absolute;right:3px;top:3px;width:16px;height:16px;border-radius:50%;background:#fff}
img.face{width:38px;height:38px;border-radius:50%}table{width:100%;border-collapse:collapse}td,th{padding:13px 18px;text-align:left;border-bottom:1px solid #e9ecf3}th{color:#7a8299;font-weight:600;font-size:13px}
.tag{padding:2px 10px;border-radius:10px;font-size:13px;background:#e2f5ea;color:#14683b}.tag.wait{background:#fdf0d5;color:#8a5a00}.tag.late{background:#fde4e4;color:#a32020}
.banner{display:flex;align-items:center;justify-content:space-between;height:62px;padding:0 32px;background:#1f2a6b;color:#fff;font-weight:600}.banner .btn{background:#ffd34d;border-color:#ffd34d}
"""


def icon(name: str) -> str:
    return f'<svg class="i" data-k="icon" viewBox="0 0 24 24">{OWN[name]}</svg>'


def top(active: str) -> str:
    rng = random.Random(5)
    links = "".join(
        f'<span class="{"on" if name == active else ""}">{name}</span>'
        for name in ("Shop", "Orders", "Customers", "Reports")
    )
    face = f'<img class="face" src="{photo(random.Random(3), 120, 120)}">'
    return f'<header><div class="brand">{logo(rng, 34)}<b>Nordlys</b></div><nav>{links}</nav><div class="search">{icon("search")}Search the shop</div><span id="bell">{icon("bell")}</span>{icon("cart")}{face}</header>'


def shop() -> str:
    goods = (
        ("Desk lamp Alba", "Oak and brass, dimmable", "$89.00"),
        ("Wool blanket", "130 × 180 cm, grey", "$64.50"),
        ("Ceramic mug", "350 ml, set of two", "$28.00"),
        ("Walnut shelf", "Wall mounted, 80 cm", "$119.00"),
        ("Linen cushion", "Washed, 45 × 45 cm", "$39.90"),
        ("Trail backpack", "28 litres, waxed", "$142.00"),
    )
    cards = "".join(
        f'<div class="card item"><img src="{photo(random.Random(11 + index), 320, 200)}"><div><b>{name}</b><br><span class="muted">{detail}</span></div>'
        f'<div class="foot"><span class="price" id="price{index}">{price}</span><span class="row"><span id="heart{index}">{icon("heart")}</span><button class="btn main" id="buy{index}">Add to cart</button></span></div></div>'
        for index, (name, detail, price) in enumerate(goods)
    )
    side = '<div class="card side"><h2>Category</h2>' + "".join(
        f'<label><input type="checkbox" {"checked" if on else ""}>{name}</label>'
        for name, on in (("Lighting", True), ("Textiles", False), ("Kitchen", True), ("Furniture", False))
    )
    side += '<h2 style="margin-top:20px">Delivery</h2>' + "".join(
        f'<label><input type="radio" {"checked" if on else ""}>{name}</label>'
        for name, on in (("Courier", True), ("Pick-up point", False))
    )
    side += '<div class="row" style="margin-top:20px;justify-content:space-between">In stock only<span class="sw"></span></div><div style="margin-top:20px"><button class="btn" id="reset" style="width:100%">Reset filters</button></div></div>'
    head = f'<div class="row" style="justify-content:space-between"><h1>Home and living</h1><div class="row"><div class="sel">Newest first{icon("down")}</div><button class="btn" id="export">Export</button></div></div>'
    return f'{top("Shop")}<main>{side}<div>{head}<div class="grid">{cards}</div></div></main>'


def orders() -> str:
    rows = (
        ("#20418", "Anna Carter", "12 Nov 2026", "$214.00", "", "Paid"),
        ("#20417", "Павел Орлов", "12 Nov 2026", "$64.50", "wait", "Pending"),
        ("#20415", "Liam Bennett", "11 Nov 2026", "$1,089.00", "", "Paid"),
        ("#20414", "Ольга Белова", "11 Nov 2026", "$39.90", "late", "Overdue"),
        ("#20409", "Grace Murphy", "9 Nov 2026", "$142.00", "", "Paid"),
        ("#20406", "Henry Shaw", "8 Nov 2026", "$28.00", "wait", "Pending"),
        ("#20402", "Мария Лебедева", "8 Nov 2026", "$317.40", "", "Paid"),
    )
    body = "".join(
        f'<tr><td>{number}</td><td>{who}</td><td>{when}</td><td>{price}</td><td><span class="tag {tag}">{state}</span></td><td>{icon("pen")}</td></tr>'
        for number, who, when, price, tag, state in rows
    )
    head = f'<div class="row" style="justify-content:space-between;margin-bottom:18px"><h1>Orders</h1><div class="row"><div class="sel">Last 30 days{icon("down")}</div><button class="btn">Export</button><button class="btn main">New order</button></div></div>'
    return f'{top("Orders")}<main style="grid-template-columns:1fr"><div>{head}<div class="card"><table><tr><th>ORDER</th><th>CUSTOMER</th><th>DATE</th><th>TOTAL</th><th>STATE</th><th></th></tr>{body}</table></div></div></main>'


def page(body: str) -> Page:
    return Page(
        f'<!doctype html><html><head><meta charset="utf-8"><style>{SHEET}</style></head><body>{body}</body></html>',
        1280,
        800,
        1,
        "demo",
    )


def release() -> str:
    """A script: a banner pushes the page down, a button is renamed, another recoloured, a price is wrong, an icon is gone."""
    return """() => {
        document.body.insertAdjacentHTML('afterbegin', '<div class="banner">Free delivery on every order until 30 November<button class="btn">Details</button></div>');
        document.querySelector('#export').textContent = 'Download';
        document.querySelector('#price1').textContent = '$94.50';
        document.querySelector('#bell').style.visibility = 'hidden';
        document.querySelector('#buy2').style.cssText = 'background:#d9480f;border-color:#d9480f';
    }"""


SHOP = page(shop())
ORDERS = page(orders())
