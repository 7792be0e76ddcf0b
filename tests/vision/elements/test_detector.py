"""The detector sees what a page holds, whole or in tiles, and says in a sentence why weights cannot be used."""

import json
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from vision.boxes import iou
from vision.elements.detector import Detector, load_detector
from vision.elements.merging import MAX_DETECTIONS, merged, without_rivals
from vision.elements.tiles import tiles
from vision.engines.types import Candidates, DetectorUnavailable
from vision.engines.yolo import as_input
from vision.types import Box, Detection, Kind, Picture

ROOT = Path(__file__).parents[3]
WEIGHTS = ROOT / "models" / "detector.onnx"
PAGES = ROOT / "tests" / "data" / "pages"
BROKEN = ROOT / "tests" / "data" / "weights"
# Share of the annotated pages' buttons and fields (IoU 0.5) that the shipped weights must see; see models/detector.md.
RECALL_FLOOR = 0.7


@pytest.fixture(scope="module")
def detector() -> Detector:
    return load_detector(WEIGHTS, threads=1)


def page(name: str) -> Picture:
    picture = cv2.imread(str(PAGES / name), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture, np.uint8)


def test_buttons_and_fields_of_annotated_pages_are_seen(detector: Detector) -> None:
    seen = wanted = 0
    for path in sorted(PAGES.glob("*.json")):
        found = detector.detect(page(f"{path.stem}.png"))
        for element in json.loads(path.read_text(encoding="utf-8"))["elements"]:
            if element["kind"] in (Kind.BUTTON, Kind.INPUT, Kind.SELECT):
                wanted += 1
                seen += any(one.kind == element["kind"] and iou(one.box, Box(**element["box"])) >= 0.5 for one in found)
    assert wanted > 40
    assert seen / wanted >= RECALL_FLOOR


def test_the_same_picture_gives_the_same_detections_surest_first(detector: Detector) -> None:
    picture = page(next(PAGES.glob("*.png")).name)
    found = detector.detect(picture)
    assert found == detector.detect(picture)
    assert [one.confidence for one in found] == sorted((one.confidence for one in found), reverse=True)
    assert len(found) <= MAX_DETECTIONS


def test_every_box_lies_in_its_picture(detector: Detector) -> None:
    picture = page(next(PAGES.glob("*.png")).name)[:333, :517]
    for one in detector.detect(picture):
        assert one.box.x >= 0 and one.box.y >= 0 and one.box.right <= 517 and one.box.bottom <= 333 and one.box.area_px


@pytest.mark.parametrize("size", [(2, 2), (7, 900), (900, 7), (33, 31)])
def test_pictures_of_any_size_are_looked_at(detector: Detector, size: tuple[int, int]) -> None:
    detector.detect(np.full((*size, 3), 200, np.uint8))


def test_a_long_page_is_cut_where_nothing_crosses_and_each_part_is_seen_as_if_alone(detector: Detector) -> None:
    once = page("native_22.png")
    blank = np.full((400, once.shape[1], 3), once[0, 0], np.uint8)
    # The second copy begins where its rows fall on the network's grid as the first one's do.
    long = np.concatenate([once, blank, blank, once[: once.shape[0]]])
    alone = {(one.kind, one.box) for one in detector.detect(once) if one.confidence > 0.4}
    together = {(one.kind, one.box) for one in detector.detect(long)}
    assert len(alone) > 5
    assert len(alone & together) >= 0.8 * len(alone)


@pytest.mark.parametrize("size", [(800, 1280), (5000, 1280), (1200, 3900), (3000, 5000)])
def test_tiles_cover_every_pixel_and_none_is_too_large(size: tuple[int, int]) -> None:
    covered = np.zeros(size, np.uint8)
    for tile in tiles(np.random.default_rng(1).integers(0, 256, (*size, 3), dtype=np.uint8)):
        assert tile.width <= 1920 and tile.height <= 1280
        covered[tile.slices()] = 1
    assert covered.all()


def test_rows_that_nothing_crosses_part_tiles_without_overlap() -> None:
    picture = np.full((3000, 600, 3), 255, np.uint8)
    for top in range(0, 3000, 100):
        cv2.rectangle(picture, (50, top + 10), (550, top + 80), (90, 120, 40), 2)
    cut = tiles(picture)
    assert sum(tile.height for tile in cut) == 3000
    # Blocks stand in rows 10 to 80 of each hundred.
    assert all(tile.bottom % 100 >= 82 or tile.bottom % 100 <= 8 for tile in cut)


def test_an_element_in_the_overlap_of_two_tiles_is_one_element() -> None:
    picture = np.zeros((600, 3000, 3), np.uint8)
    left, right = tiles(picture)
    seen = [(tile, _candidate(tile, Box(1500, 100, 100, 40))) for tile in (left, right)]
    assert [one.box for one in merged(seen, picture, 0.2)] == [Box(1500, 100, 100, 40)]
    assert merged([(left, _candidate(left, Box(left.right - 60, 100, 60, 40)))], picture, 0.2) == []


def test_of_two_boxes_that_became_one_the_surer_stays_and_other_kinds_are_left_alone() -> None:
    box = Box(10, 10, 100, 40)
    first, second = Detection(Kind.BUTTON, box, 0.5), Detection(Kind.BUTTON, box.shifted(3, 0), 0.9)
    field = Detection(Kind.INPUT, box, 0.4)
    assert without_rivals([first, second, field]) == [second, field]


def test_the_network_gets_red_green_blue_between_0_and_1_in_whole_strides() -> None:
    given = as_input(np.full((33, 70, 3), (255, 0, 51), np.uint8))
    assert given.shape == (1, 3, 64, 96)
    assert given[0, :, 0, 0].tolist() == pytest.approx([0.2, 0.0, 1.0])


def test_missing_weights_say_which_setting_names_them(tmp_path: Path) -> None:
    with pytest.raises(DetectorUnavailable, match="DETECTOR_WEIGHTS"):
        load_detector(tmp_path / "none.onnx", 1)


def test_weights_of_an_unknown_format_are_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(b"x")
    with pytest.raises(DetectorUnavailable, match=r"\.onnx or \.pt"):
        load_detector(tmp_path / "weights.bin", 1)


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "half.onnx").write_bytes(WEIGHTS.read_bytes()[:100_000])
    with pytest.raises(DetectorUnavailable, match="damaged"):
        load_detector(tmp_path / "half.onnx", 1)


def test_a_network_of_another_shape_is_refused() -> None:
    """grey_input.onnx: one channel in, the same out."""
    with pytest.raises(DetectorUnavailable, match=r"\(batch, 3, height, width\)"):
        load_detector(BROKEN / "grey_input.onnx", 1)


def test_a_kind_nobody_knows_is_named(tmp_path: Path) -> None:
    (tmp_path / "other.onnx").write_bytes(WEIGHTS.read_bytes().replace(b"'button'", b"'gadget'"))
    with pytest.raises(DetectorUnavailable, match="gadget"):
        load_detector(tmp_path / "other.onnx", 1)


def test_other_weights_are_another_version(tmp_path: Path, detector: Detector) -> None:
    (tmp_path / "same.onnx").write_bytes(WEIGHTS.read_bytes())
    (tmp_path / "other.onnx").write_bytes(WEIGHTS.read_bytes().replace(b"Etalon", b"Sombod"))
    assert load_detector(tmp_path / "same.onnx", 1).version == detector.version
    assert load_detector(tmp_path / "other.onnx", 1).version != detector.version


@pytest.mark.card
def test_weights_of_a_users_own_run_through_ultralytics(tmp_path: Path) -> None:
    path = untrained(tmp_path / "own.pt", {index: str(kind) for index, kind in enumerate(Kind)})
    own = load_detector(path, threads=1)
    assert own.version
    assert all(one.kind in Kind for one in own.detect(page("native_22.png")))


@pytest.mark.card
def test_a_users_own_weights_with_unknown_kinds_or_damaged_are_refused(tmp_path: Path) -> None:
    path = untrained(tmp_path / "own.pt", {0: "person", 1: "car"})
    with pytest.raises(DetectorUnavailable, match="person"):
        load_detector(path, 1)
    (tmp_path / "half.pt").write_bytes(path.read_bytes()[:50_000])
    with pytest.raises(DetectorUnavailable, match="damaged"):
        load_detector(tmp_path / "half.pt", 1)


def _candidate(tile: Box, box: Box) -> Candidates:
    """A button at this place of the picture, as a network sees it in a tile."""
    edges = np.array([[box.x - tile.x, box.y - tile.y, box.right - tile.x, box.bottom - tile.y]], np.float32)
    return Candidates(edges, np.array([0.8], np.float32), np.array([0]))


def untrained(path: Path, names: dict[int, str]) -> Path:
    """A network of random weights that knows these names, saved as ultralytics saves."""
    from vision.engines.ultralytics import offline

    offline()
    from ultralytics.models import YOLO

    network = YOLO("yolov8n.yaml", task="detect")
    from ultralytics.nn.tasks import DetectionModel

    network.model = DetectionModel("yolov8n.yaml", nc=len(names), verbose=False)
    network.model.names = names
    network.model.args = {}
    network.ckpt = {}
    network.save(str(path))
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="Windows' temporary folder is the user's own")
def test_ultralytics_has_one_folder_however_many_processes_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vision.engines import ultralytics

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folders = {ultralytics._settings_folder() for _ in range(3)}
    assert set(tmp_path.iterdir()) == folders and len(folders) == 1
    [folder] = folders
    folder.rmdir()
    (tmp_path / "elsewhere").mkdir()
    folder.symlink_to(tmp_path / "elsewhere")  # as another user could have made it
    assert ultralytics._settings_folder() not in (folder, tmp_path / "elsewhere")
