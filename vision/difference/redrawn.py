"""Redraws the reference with everything that moved at its new place."""

from collections.abc import Iterable
from dataclasses import replace

from vision.boxes import clipped, grown
from vision.difference.alignment import carried
from vision.difference.identity import Match
from vision.difference.regions import ground_colour
from vision.types import Alignment, Band, Picture

# A thing's box, drawn by a detector, is up to this much larger than its ink.
BAND_MARGIN_PX = 6


def with_moved(laid: Picture, reference: Picture, alignment: Alignment, matches: Iterable[Match]) -> Picture:
    """The laid reference with each moved thing at its new place, and nothing where it was."""
    matches = list(matches)
    drawn = laid.copy()
    height, width = drawn.shape[:2]
    for match in matches:
        place = carried(match.before.box, alignment)
        spot = place and clipped(grown(place, 1), width, height)
        if spot and spot.area_px:
            drawn[spot.slices()] = ground_colour(laid, spot)
    for match in matches:
        source = clipped(match.before.box, reference.shape[1], reference.shape[0])
        spot = clipped(replace(match.after.box, width=source.width, height=source.height), width, height)
        if spot.area_px and (spot.width, spot.height) == (source.width, source.height):
            drawn[spot.slices()] = reference[source.slices()]
    return drawn


def with_bands(alignment: Alignment, matches: Iterable[Match]) -> Alignment:
    """The alignment with a band for each moved thing; these come first, since they are more certain than their
    surroundings.
    """
    bands = [Band(grown(m.before.box, BAND_MARGIN_PX), *m.vector) for m in matches]
    return replace(alignment, bands=(*bands, *alignment.bands))
