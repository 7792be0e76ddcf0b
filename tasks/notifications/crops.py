"""A build's changes as small pictures: each before and after, with the number of its sentence."""

import logging
from collections.abc import Sequence

import numpy as np

from config import settings
from store import comparisons, shots
from store.session import read
from store.shots import Group
from tasks.notifications.bot_api import Photo
from tasks.stored_pictures import limits, load_picture
from vision.crops import draw_crops
from vision.drawing import Heading
from vision.image import WHITE, decode, encode_png
from vision.types import Verdict

log = logging.getLogger(__name__)

_DEFECTS: int = 3  # of one shot


def of_groups(groups: Sequence[Group]) -> list[Photo]:
    """One picture for each change, of the first shot that shows it; pictures that cannot be drawn are left out."""
    return [photo for number, group in enumerate(groups, 1) if (photo := _photo(number, group))]


def joined(photos: Sequence[Photo]) -> list[Photo]:
    """One picture of all, one below the other: an album cannot have buttons. As many as make a photo that Telegram takes."""
    for count in range(len(photos), 1, -1):
        sheet = np.concatenate([decode(photo.png, limits()) for photo in photos[:count]])
        made = Photo(encode_png(sheet), sheet.shape[1], sheet.shape[0])
        if made.fits_photo:
            return [made]
    return list(photos[:1])


def _photo(number: int, group: Group) -> Photo | None:
    row, shot = group.rows[0].Comparison, group.rows[0].Shot
    try:
        with read() as session:
            found = comparisons.found(session, row.id)
        if not group.causes:
            return None
        heading = Heading(Verdict.FAILED, f"{number}. {shots.label(shot.name, shot.variant)}")
        ground = comparisons.options(row).background or WHITE
        pictures = load_picture(row.reference_artifact_id, ground), load_picture(row.actual_artifact_id, ground)
        language = settings().telegram_language
        drawn = draw_crops(*pictures, group.causes, found.alignment, heading, language, _DEFECTS)
        return Photo(encode_png(drawn), drawn.shape[1], drawn.shape[0])
    except Exception:
        log.exception("The change of the comparison %s could not be drawn; the message goes without it.", row.id)
        return None
