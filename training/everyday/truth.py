# ruff: noqa: E501 - lists of names and boxes are easier to read in whole lines.
"""The truth of an everyday pair: what an operation told and where everything stood before and after, as lists of changes."""

from collections.abc import Iterable
from typing import Any

from training.everyday.seen import Box, Key, Seen, clipped, grown, union

Change = dict[str, Any]
Told = dict[str, Any]
# Two vectors within this many pixels are one push, rounded twice.
SAME_PUSH_PX = 1.01
FEWEST_OF_A_BLOCK = 3


def changes_of(told: Told, before: Seen, after: Seen) -> tuple[list[Change], list[list[Change]]]:
    """The changes, and other lists that say the same as well."""
    if told.get("none"):
        return [], []
    claims = [
        *gone(told, before), *put(told, before, after), *exchanged(told, before, after), *ordered(told, before, after), *widened(told, before, after), *looks(told, before, after),
        *texts(told, before, after), *bars(told, before, after), *whole(told, before, after),
    ]  # fmt: skip
    pushed = [] if told.get("still") else pushes(told, before, after)
    claims += pushed
    changes = [change for variants in claims for change in variants[0]]
    depth = max((len(variants) for variants in claims), default=1)
    others = [
        [change for variants in claims for change in variants[min(at, len(variants) - 1)]] for at in range(1, depth)
    ]
    return changes, others


Variants = list[list[Change]]


def change(type_: str, kind: str | None, old: Box | None, new: Box | None, **more: Any) -> Change:
    return {"type": type_, "kind": kind, "reference_box": old, "actual_box": new, **more}


def parts_of(seen: Seen, nodes: Iterable[str]) -> list[Box]:
    return [seen.elements[key]["box"] for node in nodes for key in seen.inside(node)]


def gone(told: Told, before: Seen) -> list[Variants]:
    found = []
    for node in told.get("out", ()):
        element = before.element_of(node)
        more = {} if element else {"parts": parts_of(before, [node])}
        found.append(
            [
                [
                    change(
                        "missing",
                        element and element["kind"],
                        element["box"] if element else before.box(node),
                        None,
                        **more,
                    )
                ]
            ]
        )
    return found


def put(told: Told, before: Seen, after: Seen) -> list[Variants]:
    found = [came(node, after) for node in after.puts]
    if after.column:
        boxes = [box for node in after.column if (box := after.box(node))]
        found.append([[change("added", None, None, union(boxes), parts=parts_of(after, after.column))]])
    return found


def came(node: str, after: Seen) -> Variants:
    """What was put in; of a thing without a ground of its own only its words can be seen."""
    parts = parts_of(after, [node])
    variants = [[change("added", None, None, after.box(node), parts=parts)]]
    if parts and node not in after.painted:
        variants.append([change("added", None, None, union(parts), parts=parts)])
    return variants


def exchanged(told: Told, before: Seen, after: Seen) -> list[Variants]:
    pair = told.get("swap", ())
    if not pair:
        return []
    each = [
        change("moved", None, before.box(node), after.box(node), parts=parts_of(before, [node]) + parts_of(after, [node]))
        for node in pair
    ]  # fmt: skip
    return [[each, [one | {"type": "layout_shift"} for one in each]]]


def ordered(told: Told, before: Seen, after: Seen) -> list[Variants]:
    if "order" not in told:
        return []
    items = [node for node in told["order"]["items"] if before.box(node) and after.box(node)]
    boxes = [box for node in items for box in (before.box(node), after.box(node)) if box]
    area = union(boxes)
    one = change("layout_shift", None, area, area, elements=len(items), parts=parts_of(before, items))
    each = [change("moved", None, before.box(node), after.box(node), parts=parts_of(before, [node])) for node in items]
    return [[[one], each, [entry | {"type": "layout_shift"} for entry in each]]]


def widened(told: Told, before: Seen, after: Seen) -> list[Variants]:
    """A page that grew at its lower edge."""
    if "taller" not in told:
        return []
    box = {"x": 0, "y": before.height, "width": after.width, "height": after.height - before.height}
    inked = [element["box"] for element in after.elements.values() if element["box"]["y"] >= before.height - 8]
    return [[[change("added", None, None, box, parts=inked)]]]


def looks(told: Told, before: Seen, after: Seen) -> list[Variants]:
    found: list[Variants] = []
    for node in told.get("style", ()):
        found.append(restyled(told, node, before, after))
    for node in told.get("image", ()):
        element = before.element_of(node) or {"kind": "image"}
        variants = [[change("image_changed", element["kind"], before.box(node), after.box(node))]]
        if told.get("orMissing"):
            variants.append([change("missing", element["kind"], before.box(node), None)])
        found.append(variants)
    for type_ in ("moved", "resized"):
        for node in told.get(type_, ()):
            element = before.element_of(node)
            found.append([[change(type_, element and element["kind"], before.box(node), after.box(node))]])
    return found + tints(told, before, after)


def restyled(told: Told, node: str, before: Seen, after: Seen) -> Variants:
    element = None if told.get("bare") else before.element_of(node)
    old, new = before.box(node), after.box(node)
    assert old and new
    labels = [before.elements[key] for key in before.inside(node) if before.elements[key]["kind"] == "label"]
    by = told.get("ring", 0)
    more = {"parts": [e["box"] for e in labels]} if labels and not element else {}
    variants = [[change("style_changed", element and element["kind"], old, grown(new, by) if by else new, **more)]]
    if labels and not element and not told.get("bare"):
        kind = "label" if len(labels) == 1 else None
        area = union(e["box"] for e in labels)
        variants.append([change("style_changed", kind, area, area)])
        if old["height"] <= 30 and len(labels) == 1:
            variants[0], variants[1] = variants[1], variants[0]
    if told.get("alsoAdded"):
        variants.append([change("added", None, None, new)])
    return variants


def tints(told: Told, before: Seen, after: Seen) -> list[Variants]:
    nodes = [node for node in told.get("tints", ()) if before.box(node)]
    if not nodes:
        return []
    boxes = [box for node in nodes if (box := before.box(node))]
    area = union(boxes)
    one = (
        change("style_changed", None, area, area, parts=boxes)
        if len(boxes) > 1
        else change("style_changed", None, area, area)
    )
    return [[[one], [change("style_changed", None, box, box) for box in boxes]]]


def texts(told: Told, before: Seen, after: Seen) -> list[Variants]:
    found = []
    for node in told.get("text", ()):
        old = [before.elements[key] for key in before.inside(node)]
        new = [after.elements[key] for key in after.inside(node)]
        found.append(rewritten(told, old, new))
    return found


def rewritten(told: Told, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Variants:
    """The lines whose words changed; a line more is one more label, or goes without saying."""
    pairs = [(a, b) for a, b in zip(old, new, strict=False) if a["text"] != b["text"]]
    readable = {} if told.get("foreign") else None
    lines = [
        change("text_changed", a["kind"], a["box"], b["box"], **(readable if readable is not None else {"before": a["text"], "after": b["text"]}))
        for a, b in pairs
    ]  # fmt: skip
    more = [change("added", b["kind"], None, b["box"]) for b in new[len(old) :]]
    more += [change("missing", a["kind"], a["box"], None) for a in old[len(new) :]]
    variants = [lines + more]
    if more:
        variants.append(lines)
    if told.get("foreign"):
        variants += [
            [line | {"type": "image_changed"} for line in lines],
            [line | {"type": "style_changed"} for line in lines],
        ]
    if told.get("orStyle"):
        variants.append([line | {"type": "style_changed"} for line in lines])
    return variants


def bars(told: Told, before: Seen, after: Seen) -> list[Variants]:
    """A slider or a bar that stands elsewhere: one thing with another state, or its filled part with another size."""
    if "bar" not in told:
        return []
    outer, inner = told["bar"]
    boxes = [before.box(outer), before.box(inner), after.box(inner)]
    area = union(box for box in boxes if box)
    fill = change("resized", None, before.box(inner), after.box(inner))
    track = change("style_changed", None, before.box(outer), after.box(outer))
    return [
        [
            [change("style_changed", None, area, area)],
            [track],
            [fill],
            [fill | {"type": "moved"}],
            [change("resized", None, area, area)],
        ]
    ]


def whole(told: Told, before: Seen, after: Seen) -> list[Variants]:
    """One cause over the whole page; the elements it reached are its parts."""
    if "group" not in told:
        return []
    area = {"x": 0, "y": 0, "width": before.width, "height": before.height}
    keys = [
        key
        for key, e in before.elements.items()
        if key in after.elements and (told["group"]["of"] == "all" or e["text"])
    ]
    parts = [before.elements[key]["box"] for key in keys]
    one = change("style_changed", None, area, area, parts=parts)
    each = [
        change("style_changed", before.elements[key]["kind"], before.elements[key]["box"], after.elements[key]["box"])
        for key in keys
    ]
    return [[[one], each]]


# -- what was pushed -----------------------------------------------------------------------------------------------------------


def pushes(told: Told, before: Seen, after: Seen) -> list[Variants]:
    taken = {key for node in claimed(told) for key in (*before.inside(node), *after.inside(node))}
    vectors: dict[Key, tuple[float, float]] = {}
    for key, old in before.elements.items():
        new = after.elements.get(key)
        if (
            new
            and key not in taken
            and (step := (new["box"]["x"] - old["box"]["x"], new["box"]["y"] - old["box"]["y"])) != (0, 0)
        ):
            vectors[key] = node_step(key[0], before, after) or step
    return [said(block, before, after) for block in blocks(vectors)]


def claimed(told: Told) -> list[str]:
    nodes = [
        node
        for name in ("out", "style", "text", "image", "moved", "resized", "swap", "bar")
        for node in told.get(name, ())
    ]
    return nodes + list(told.get("order", {}).get("items", ()))


def node_step(node: str, before: Seen, after: Seen) -> tuple[float, float] | None:
    old, new = before.rects.get(node), after.rects.get(node)
    return (round(new[0] - old[0], 1), round(new[1] - old[1], 1)) if old and new and (old[:2] != new[:2]) else None


Block = tuple[tuple[float, float], list[Key]]


def blocks(vectors: dict[Key, tuple[float, float]]) -> list[Block]:
    """Elements that went the same way."""
    found: list[Block] = []
    for key, step in vectors.items():
        for other, keys in found:
            if abs(other[0] - step[0]) <= SAME_PUSH_PX and abs(other[1] - step[1]) <= SAME_PUSH_PX:
                keys.append(key)
                break
        else:
            found.append((step, [key]))
    return found


def said(block: Block, before: Seen, after: Seen) -> Variants:
    step, keys = block
    parts = [before.elements[key]["box"] for key in keys]
    each = [
        change("moved", before.elements[key]["kind"], before.elements[key]["box"], after.elements[key]["box"])
        for key in keys
    ]
    nodes = [node for node in before.painted & after.rects.keys() if goes(step, node, before, after)]
    old = [*parts, *(box for node in nodes if (box := before.box(node))), *edges(step, before, after, before)]
    new = [after.elements[key]["box"] for key in keys]
    new += [*(box for node in nodes if (box := after.box(node))), *edges(step, before, after, after)]
    one = change("layout_shift", None, union(old), union(new), vector=list(step), elements=len(keys), parts=parts)
    return [[one], each] if len(keys) >= FEWEST_OF_A_BLOCK else [each, [one]]


def goes(step: tuple[float, float], node: str, before: Seen, after: Seen) -> bool:
    moved = node_step(node, before, after)
    return moved is not None and abs(moved[0] - step[0]) <= 0.6 and abs(moved[1] - step[1]) <= 0.6


def edges(step: tuple[float, float], before: Seen, after: Seen, side: Seen) -> list[Box]:
    """The lower (or right) edges of what grew by the push: a card's border goes with its last row."""
    found = []
    for node, old in before.rects.items():
        new = after.rects.get(node)
        if new is None or new[:2] != old[:2] or node not in before.painted:
            continue
        left, top, right, bottom = side.rects[node]
        if step[1] and abs(new[3] - old[3] - step[1]) <= 0.6:
            found.append(clipped((left, bottom - 8, right, bottom), side.width, side.height))
        if step[0] and abs(new[2] - old[2] - step[0]) <= 0.6:
            found.append(clipped((right - 8, top, right, bottom), side.width, side.height))
    return [box for box in found if box]
