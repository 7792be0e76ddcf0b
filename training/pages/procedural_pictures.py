# ruff: noqa: E501 - HTML and CSS are easier to read in whole pieces.
"""Procedural pictures: landscapes, portraits, products, patterns, logos, charts; each an svg."""

import math
import random
from urllib.parse import quote


def photo(rng: random.Random, width: int = 320, height: int = 200) -> str:
    """The address (data:) of a picture that stands for a photograph."""
    draw = rng.choice((landscape, portrait, product, pattern, bokeh, city, product, landscape, illustration))
    body = draw(rng, width, height)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" preserveAspectRatio="xMidYMid slice">{body}</svg>'
    return "data:image/svg+xml," + quote(svg)


def colour(rng: random.Random, light: tuple[int, int] = (25, 80), strong: tuple[int, int] = (15, 80)) -> str:
    return f"hsl({rng.randrange(360)},{rng.randrange(*strong)}%,{rng.randrange(*light)}%)"


def grain(rng: random.Random, width: int, height: int) -> str:
    if rng.random() < 0.5:
        return ""
    return (
        f'<filter id="n"><feTurbulence type="fractalNoise" baseFrequency="{rng.uniform(0.01, 0.9):.2f}" numOctaves="3" seed="{rng.randrange(999)}"/>'
        f'<feColorMatrix values="1 0 0 0 0 0 1 0 0 0 0 0 1 0 0 0 0 0 {rng.uniform(0.1, 0.45):.2f} 0"/></filter><rect width="{width}" height="{height}" filter="url(#n)"/>'
    )


def landscape(rng: random.Random, width: int, height: int) -> str:
    sky = f'<linearGradient id="g" x2="0" y2="1"><stop stop-color="{colour(rng)}"/><stop offset="1" stop-color="{colour(rng, (60, 95))}"/></linearGradient><rect width="{width}" height="{height}" fill="url(#g)"/>'
    sun = f'<circle cx="{rng.randrange(width)}" cy="{rng.randrange(height // 2 + 1)}" r="{rng.randrange(6, max(8, height // 5))}" fill="{colour(rng, (75, 98))}"/>'
    hills = []
    for layer in range(rng.randrange(2, 5)):
        top = height * (0.4 + 0.15 * layer)
        points = " ".join(f"{width * step / 8:.0f},{top + rng.uniform(-1, 1) * height * 0.15:.0f}" for step in range(9))
        hills.append(f'<polygon points="0,{height} {points} {width},{height}" fill="{colour(rng, (15, 60))}"/>')
    return sky + sun + "".join(hills) + grain(rng, width, height)


def portrait(rng: random.Random, width: int, height: int) -> str:
    skin, hair, shirt = (
        rng.choice(("#f1c7a5", "#d9a066", "#8d5524", "#ffdbac", "#c68642")),
        colour(rng, (8, 60)),
        colour(rng),
    )
    x, y, r = width / 2, height * 0.42, min(width, height) * 0.2
    return (
        f'<rect width="{width}" height="{height}" fill="{colour(rng, (30, 96))}"/><ellipse cx="{x}" cy="{height * 1.02}" rx="{r * 2}" ry="{r * 1.6}" fill="{shirt}"/>'
        f'<rect x="{x - r * 0.35}" y="{y}" width="{r * 0.7}" height="{r * 1.5}" fill="{skin}"/><circle cx="{x}" cy="{y - r * 0.25}" r="{r * 1.12}" fill="{hair}"/>'
        f'<ellipse cx="{x}" cy="{y}" rx="{r * 0.85}" ry="{r}" fill="{skin}"/><circle cx="{x - r * 0.3}" cy="{y}" r="{r * 0.09}"/><circle cx="{x + r * 0.3}" cy="{y}" r="{r * 0.09}"/>'
        f'<path d="M{x - r * 0.3} {y + r * 0.45}q{r * 0.3} {r * 0.25} {r * 0.6} 0" stroke="#733" fill="none" stroke-width="{r * 0.08}"/>'
        + grain(rng, width, height)
    )


def product(rng: random.Random, width: int, height: int) -> str:
    main, side = colour(rng, (25, 70)), colour(rng, (20, 85))
    w, h = width * rng.uniform(0.25, 0.55), height * rng.uniform(0.35, 0.7)
    x, y = (width - w) / 2, (height - h) / 2
    shape = rng.choice(
        (
            f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{rng.randrange(1, 40)}" fill="{main}"/><rect x="{x + w * 0.2}" y="{y + h * 0.2}" width="{w * 0.6}" height="{h * 0.3}" fill="{side}"/>',
            f'<ellipse cx="{width / 2}" cy="{height / 2}" rx="{w / 2}" ry="{h / 2}" fill="{main}"/><ellipse cx="{width / 2 - w * 0.1}" cy="{height / 2 - h * 0.1}" rx="{w / 5}" ry="{h / 6}" fill="{side}"/>',
            f'<path d="M{x} {y + h}L{x + w * 0.3} {y}H{x + w * 0.7}L{x + w} {y + h}Z" fill="{main}"/><rect x="{x + w * 0.45}" y="{y + h}" width="{w * 0.1}" height="{h * 0.2}" fill="{side}"/>',
        )
    )
    return f'<rect width="{width}" height="{height}" fill="{colour(rng, (82, 98), (0, 30))}"/>{shape}' + grain(
        rng, width, height
    )


def illustration(rng: random.Random, width: int, height: int) -> str:
    """A drawing without a ground of its own, as stand on landing pages: blobs, screens, people, plants."""
    wash = colour(rng, (80, 95))
    parts = (
        [
            f'<ellipse cx="{width * rng.uniform(0.35, 0.65):.0f}" cy="{height * 0.5:.0f}" rx="{width * rng.uniform(0.3, 0.45):.0f}" ry="{height * rng.uniform(0.3, 0.45):.0f}" fill="{wash}"/>'
        ]
        if rng.random() < 0.6
        else []
    )
    main, side, dark = colour(rng, (40, 65)), colour(rng, (50, 85)), colour(rng, (15, 35))
    for _ in range(rng.randrange(2, 6)):
        x, y, w, h = (
            rng.uniform(0.05, 0.6) * width,
            rng.uniform(0.05, 0.5) * height,
            rng.uniform(0.12, 0.4) * width,
            rng.uniform(0.15, 0.5) * height,
        )
        parts.append(
            rng.choice(
                (
                    f'<rect x="{x:.0f}" y="{y:.0f}" width="{w:.0f}" height="{h:.0f}" rx="6" fill="{dark}"/><rect x="{x + 5:.0f}" y="{y + 5:.0f}" width="{max(2, w - 10):.0f}" height="{max(2, h - 14):.0f}" fill="#fff"/><rect x="{x + 12:.0f}" y="{y + 14:.0f}" width="{w * 0.5:.0f}" height="6" fill="{main}"/><rect x="{x + 12:.0f}" y="{y + 26:.0f}" width="{w * 0.35:.0f}" height="6" fill="{side}"/>',
                    f'<circle cx="{x + w / 2:.0f}" cy="{y:.0f}" r="{h * 0.16:.0f}" fill="#e8b48f"/><path d="M{x + w * 0.3:.0f} {y + h * 0.18:.0f}h{w * 0.4:.0f}l{w * 0.1:.0f} {h * 0.8:.0f}h-{w * 0.6:.0f}z" fill="{main}"/>',
                    f'<path d="M{x:.0f} {y + h:.0f}c0-{h * 0.6:.0f} {w * 0.4:.0f}-{h * 0.8:.0f} {w * 0.5:.0f}-{h:.0f}c{w * 0.3:.0f} {h * 0.3:.0f} {w * 0.2:.0f} {h * 0.7:.0f}-{w * 0.4:.0f} {h:.0f}z" fill="hsl({rng.randrange(90, 170)},40%,45%)"/>',
                    f'<circle cx="{x + w / 2:.0f}" cy="{y + h / 2:.0f}" r="{min(w, h) / 3:.0f}" fill="none" stroke="{side}" stroke-width="{rng.randrange(3, 14)}"/>',
                )
            )
        )
    # Ink to the corners: the drawing's box is its content box.
    return (
        "".join(parts)
        + f'<rect x="0" y="{height - 4}" width="{width}" height="4" rx="2" fill="{dark}"/><circle cx="{width * 0.5:.0f}" cy="5" r="5" fill="{main}"/>'
    )


def pattern(rng: random.Random, width: int, height: int) -> str:
    first, second = colour(rng), colour(rng)
    shapes = "".join(
        f'<rect x="{rng.randrange(width)}" y="{rng.randrange(height)}" width="{rng.randrange(5, width)}" height="{rng.randrange(5, height)}" fill="{rng.choice((first, second))}" '
        f'opacity="{rng.uniform(0.2, 0.8):.2f}" transform="rotate({rng.randrange(90)})"/>'
        for _ in range(rng.randrange(3, 12))
    )
    return f'<rect width="{width}" height="{height}" fill="{colour(rng)}"/>{shapes}'


def bokeh(rng: random.Random, width: int, height: int) -> str:
    spots = "".join(
        f'<circle cx="{rng.randrange(width)}" cy="{rng.randrange(height)}" r="{rng.randrange(4, 60)}" fill="{colour(rng)}" opacity="{rng.uniform(0.2, 0.7):.2f}"/>'
        for _ in range(rng.randrange(8, 30))
    )
    return f'<rect width="{width}" height="{height}" fill="{colour(rng, (10, 40))}"/>{spots}'


def city(rng: random.Random, width: int, height: int) -> str:
    parts, x = [f'<rect width="{width}" height="{height}" fill="{colour(rng, (50, 92))}"/>'], 0
    while x < width:
        w, top = rng.randrange(10, 50), rng.uniform(0.2, 0.7) * height
        parts.append(f'<rect x="{x}" y="{top}" width="{w}" height="{height}" fill="{colour(rng, (15, 55), (5, 35))}"/>')
        parts += [
            f'<rect x="{x + 4}" y="{top + 6 + 12 * row}" width="{max(2, w - 8)}" height="5" fill="{colour(rng, (55, 90))}"/>'
            for row in range(int((height - top) // 14))
        ]
        x += w + rng.randrange(6)
    return "".join(parts)


def logo(rng: random.Random, size: int) -> str:
    """An inline svg; an icon or an image by its size, as the contract has it."""
    kind = "image" if size >= 32 else "icon"
    c, d = colour(rng), colour(rng)
    body = rng.choice(
        (
            f'<circle cx="16" cy="16" r="15" fill="{c}"/><path d="M9 20l7-12 7 12z" fill="{d}"/>',
            f'<rect x="1" y="1" width="30" height="30" rx="{rng.randrange(2, 14)}" fill="{c}"/><circle cx="16" cy="16" r="7" fill="{d}"/>',
            f'<path d="M16 1l15 15-15 15L1 16z" fill="{c}"/><path d="M16 9l7 7-7 7z" fill="{d}"/>',
            f'<rect x="2" y="2" width="12" height="28" fill="{c}"/><rect x="18" y="10" width="12" height="20" fill="{d}"/>',
        )
    )
    return f'<svg data-k="{kind}" class="i" style="width:{size}px;height:{size}px" viewBox="0 0 32 32">{body}</svg>'


def wordmark(rng: random.Random, name: str, ink: str) -> str:
    """A company's name as its mark: an image, not a text."""
    colour_of = rng.choice((ink, colour(rng, (30, 60))))
    width = 14 * len(name) + 34
    mark = rng.choice((f'<circle cx="14" cy="16" r="11" fill="{colour_of}"/>', f'<rect x="3" y="5" width="22" height="22" rx="5" fill="none" stroke="{colour_of}" stroke-width="4"/>', f'<path d="M3 27L14 5l11 22z" fill="{colour_of}"/>'))  # fmt: skip
    return f'<svg data-k="image" style="width:{width}px;height:32px;flex:none" viewBox="0 0 {width} 32">{mark}<text x="32" y="23" font-size="20" font-weight="700" fill="{colour_of}" font-family="{rng.choice(("Montserrat", "Noto Serif", "Lato", "Ubuntu"))},sans-serif" textLength="{width - 36}">{name}</text></svg>'


def lines(rng: random.Random, width: int, height: int, ink: str) -> str:
    """A drawing of thin lines without a ground."""
    stroke = rng.choice((1, 1.5, 2, 3))
    body = [f'<path d="M2 {height - 3}H{width - 2}"/>', f'<path d="M{width * 0.5:.0f} 3v{height * 0.1:.0f}"/>']
    for _ in range(rng.randrange(3, 9)):
        x, y = rng.uniform(0.04, 0.6) * width, rng.uniform(0.04, 0.55) * height
        w, h = rng.uniform(0.12, 0.36) * width, rng.uniform(0.15, 0.42) * height
        body.append(rng.choice((
            f'<rect x="{x:.0f}" y="{y:.0f}" width="{w:.0f}" height="{h:.0f}" rx="{rng.choice((0, 4, 12))}"/><path d="M{x:.0f} {y + h * 0.25:.0f}h{w:.0f}"/>',
            f'<circle cx="{x + w / 2:.0f}" cy="{y + h / 2:.0f}" r="{min(w, h) / 2:.0f}"/>',
            f'<path d="M{x:.0f} {y + h:.0f}q{w / 2:.0f} -{h * 1.6:.0f} {w:.0f} 0z"/>',
            f'<path d="M{x:.0f} {y + h:.0f}L{x + w * 0.4:.0f} {y:.0f}L{x + w:.0f} {y + h:.0f}"/>',
            f'<path d="M{x:.0f} {y + h / 2:.0f}c{w * 0.3:.0f} -{h:.0f} {w * 0.6:.0f} {h:.0f} {w:.0f} 0"/>',
        )))  # fmt: skip
    return f'<g fill="none" stroke="{ink}" stroke-width="{stroke}">{"".join(body)}</g>'


def plan(rng: random.Random, width: int, height: int) -> str:
    """A street map: blocks, roads, a river, a park, a pin."""
    ground, road = rng.choice(
        (("#eae6df", "#fff"), ("#f2efe9", "#fcd6a4"), ("#242f3e", "#38414e"), ("#e8eaed", "#fff"))
    )
    parts = [f'<rect width="{width}" height="{height}" fill="{ground}"/>', f'<ellipse cx="{rng.randrange(width)}" cy="{rng.randrange(height)}" rx="{width // 6}" ry="{height // 5}" fill="hsl(110,35%,{70 if ground != "#242f3e" else 22}%)"/>']  # fmt: skip
    parts.append(f'<path d="M0 {rng.randrange(height)}C{width // 3} {rng.randrange(height)} {width // 2} {rng.randrange(height)} {width} {rng.randrange(height)}" stroke="hsl(205,60%,{75 if ground != "#242f3e" else 25}%)" stroke-width="{rng.randrange(8, 30)}" fill="none"/>')  # fmt: skip
    for _ in range(rng.randrange(8, 22)):
        if rng.random() < 0.5:
            x = rng.randrange(width)
            path = f"M{x} 0L{x + rng.randrange(-60, 60)} {height}"
        else:
            y = rng.randrange(height)
            path = f"M0 {y}L{width} {y + rng.randrange(-50, 50)}"
        parts.append(f'<path d="{path}" stroke="{road}" stroke-width="{rng.choice((1, 2, 3, 6, 9))}"/>')
    x, y = rng.uniform(0.2, 0.8) * width, rng.uniform(0.3, 0.8) * height
    parts.append(f'<path d="M{x:.0f} {y:.0f}c-14-20-10-30 0-30s14 10 0 30z" fill="{colour(rng, (40, 55))}"/>')
    return "".join(parts)


def chart(rng: random.Random, width: int, height: int, ink: str, line: str, accent: str, text: bool = True) -> str:
    """An inline svg chart: columns, lines, an area, or a ring."""
    kind = rng.choice(("columns", "line", "area", "ring"))
    points = [rng.uniform(0.1, 0.95) for _ in range(rng.randrange(5, 16))]
    left, bottom = 36, 22
    w, h = width - left - 8, height - bottom - 8
    body = ""
    if kind == "ring":
        start, radius = 0.0, min(width, height) * 0.38
        for _ in range(rng.randrange(2, 6)):
            end = min(1.0, start + rng.uniform(0.1, 0.5))
            body += f'<circle cx="{width / 2}" cy="{height / 2}" r="{radius}" fill="none" stroke="{colour(rng)}" stroke-width="{radius * rng.choice((0.3, 0.5))}" pathLength="100" stroke-dasharray="{(end - start) * 100} 100" stroke-dashoffset="{-start * 100}"/>'
            start = end
    else:
        for row in range(5):
            y = 8 + h * row / 4
            body += f'<path d="M{left} {y}H{width - 8}" stroke="{line}"/>'
            body += (
                f'<text x="{left - 6}" y="{y + 4}" font-size="10" fill="{ink}" text-anchor="end">{(4 - row) * rng.choice((10, 25, 100))}</text>'
                if text
                else ""
            )
        xs = [left + w * (index + 0.5) / len(points) for index in range(len(points))]
        ys = [8 + h * (1 - value) for value in points]
        if kind == "columns":
            bar = w / len(points) * rng.uniform(0.4, 0.8)
            body += "".join(
                f'<rect x="{x - bar / 2:.1f}" y="{y:.1f}" width="{bar:.1f}" height="{8 + h - y:.1f}" fill="{accent}"/>'
                for x, y in zip(xs, ys, strict=True)
            )
        else:
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
            if kind == "area":
                body += f'<polygon points="{xs[0]},{8 + h} {path} {xs[-1]},{8 + h}" fill="{accent}" opacity=".2"/>'
            body += f'<polyline points="{path}" fill="none" stroke="{accent}" stroke-width="2"/>'
            body += (
                "".join(
                    f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{accent}"/>' for x, y in zip(xs, ys, strict=True)
                )
                if rng.random() < 0.5
                else ""
            )
        body += (
            "".join(
                f'<text x="{x:.1f}" y="{height - 6}" font-size="10" fill="{ink}" text-anchor="middle">{index + 1}</text>'
                for index, x in enumerate(xs)
            )
            if text
            else ""
        )
    return f'<svg data-k="image" style="width:{width}px;height:{height}px;display:block;max-width:100%" viewBox="0 0 {width} {height}">{body}</svg>'


def sparkline(rng: random.Random, accent: str) -> str:
    points = " ".join(f"{4 * step},{12 + 9 * math.sin(step * rng.uniform(0.3, 0.9)):.1f}" for step in range(24))
    return f'<svg data-k="image" style="width:96px;height:24px" viewBox="0 0 96 24"><polyline points="{points}" fill="none" stroke="{accent}" stroke-width="1.500"/></svg>'
