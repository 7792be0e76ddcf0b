"""Every bench runs on a small input, and its table says what it should. Times are figures, not tests."""

from collections.abc import Callable, Sequence
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from bench import compare, growth, peers, readers, worst, worst_pages
from bench.growth import Point
from bench.peers import OWN_PAIRS, Answer, Pair
from bench.readers import Engine, Piece, edits, scored
from bench.results import circumstances, table, write
from bench.tools import Absent, NotRun
from bench.tools import peers as installed_peers
from harness.pages import page, saved, with_a_part_changed, with_a_word_gone
from vision.types import Box, Size

PAGES = OWN_PAIRS.parent / "pages"


def run(
    main: Callable[[Sequence[str]], None], words: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> list[list[str]]:
    """The cells of what a bench prints when called with these words."""
    main(words)
    lines = capsys.readouterr().out.splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]


def test_peers_judges_the_pairs_of_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--pairs", str(OWN_PAIRS), "--only", "nochange", "--reader", "none", "--threads", "1"]
    head, _, *rows = run(peers.main, words, capsys)
    by_tool = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert by_tool["Etalon"]["no result"] == "0"
    assert by_tool["SSIM < 0.99"]["missed"] == "-"  # none of these pairs has a change
    assert {"pixelmatch", "odiff", "looks-same", "blazediff"} <= set(by_tool)


def test_compare_times_every_case(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--sizes", "320x240", "--repeats", "1", "--alone", "--reader", "none", "--threads", "1"]
    rows = run(compare.main, words, capsys)
    timed = {row[1]: float(row[2].split()[0]) for row in rows if row[0] == "320x240"}
    assert set(timed) == set(compare.CASES)
    assert min(timed.values()) > 0


def test_analysis_tells_time_and_memory(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("psutil", reason="ops/requirements/bench.txt has psutil")
    from bench import analysis

    small = sorted(PAGES.glob("*.png"))[0]
    words = ["--pages", str(small), "--repeats", "1", "--reader", "none", "--threads", "1"]
    head, _, row = run(analysis.main, words, capsys)
    assert row[head.index("page")] == small.stem
    assert float(row[head.index("all, ms")]) > 0


def test_readers_scores_a_reader_of_lines(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--screens", str(PAGES), "--only", "native_22", "--readers", "true boxes, rapidocr", "--threads", "1"]
    head, _, row = run(readers.main, words, capsys)
    assert 0 <= float(row[head.index("Latin wrong")].removesuffix(" %")) < 60


def test_readers_lists_an_engine_that_cannot_run_with_the_reason() -> None:
    def make(threads: int) -> Engine:
        raise NotRun("its weights are not here")

    assert "| not run: its weights are not here |" in readers.measured([], {"an engine": make}, threads=1)


def test_growth_measures_each_point_in_a_process_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("psutil", reason="ops/requirements/bench.txt has psutil")
    words = ["--heights", "400", "--shares", "--repeats", "1", "--reader", "none", "--threads", "1"]
    head, _, seconds, memory = run(growth.main, words, capsys)
    assert head == ["1280 px wide, a word changed; height", "400"]
    assert float(seconds[1]) > 0
    assert float(memory[1]) > 50


def test_worst_tells_what_a_comparison_took_and_what_it_may(tmp_path: Path) -> None:
    pytest.importorskip("psutil", reason="ops/requirements/bench.txt has psutil")
    pictures = worst_pages.dots(320, 240)
    files = [saved(one, tmp_path / f"{at}.png") for at, one in enumerate(pictures)]
    size, elements, entries, *times, allowed, _ = worst._row(worst.measured_here(files[0], files[1], 1, "none"))
    assert (size, allowed) == ("320x240", "3.0")
    assert int(elements) > 0 and int(entries) > 0
    assert all(0 <= float(time) < 60 for time in times)


def test_every_page_of_worst_changes() -> None:
    assert all(before != after for before, after in (pages() for pages in worst_pages.SHOWN.values()))


def test_the_plot_is_a_picture_of_every_point() -> None:
    lengths = [Point(1000, None, 0.1, 200.0), Point(8000, None, 0.8, 400.0)]
    drawn = ElementTree.fromstring(growth.plot(lengths, [Point(8000, 0.0, 0.2, 350.0)]))
    assert len(drawn.findall(".//{http://www.w3.org/2000/svg}circle")) == 2 * 3


def test_a_tool_that_is_not_installed_says_how_to_get_it(tmp_path: Path) -> None:
    with installed_peers(work=tmp_path) as (able, absent):
        names = {peer.name for peer in able} | {one.name for one in absent}
        missing = {one.name: one.reason for one in absent}
    assert {"pixelmatch", "odiff", "looks-same"} <= set(missing)
    assert "--install" in missing["odiff"]
    assert "SSIM < 0.99" in names - set(missing)
    assert peers.not_run(Absent("odiff", missing["odiff"]))[1].startswith("not run: ")


class AlwaysDifferent:
    name = "always different"
    version = "1"

    def prepare(self, reference: Path) -> None:
        pass

    def differs(self, reference: Path, actual: Path) -> bool:
        return True


class Broken(AlwaysDifferent):
    def differs(self, reference: Path, actual: Path) -> bool:
        raise OSError("no such picture")


def test_false_alarms_and_missed_changes_are_counted_each_among_their_own() -> None:
    answers = [Answer(True, True, 1.0), Answer(True, False, 1.0), Answer(True, True, 1.0), Answer(False, True, 4.0)]
    row = dict(zip(peers.HEAD, peers.row(AlwaysDifferent(), answers), strict=True))
    assert row["verdict right"] == "50.0 % (2)"
    assert row["false alarms"] == "100.0 % (1)"
    assert row["missed"] == "33.3 % (1)"
    assert row["mean of both kinds"] == "33.3 %"


def test_a_tool_that_breaks_on_a_pair_gives_no_verdict_and_counts_as_wrong(tmp_path: Path) -> None:
    answer = peers.asked(Broken(), Pair("one", tmp_path / "a.png", tmp_path / "b.png", changed=False))
    row = dict(zip(peers.HEAD, peers.row(Broken(), [answer]), strict=True))
    assert (row["no result"], row["verdict right"], row["false alarms"]) == ("1", "0.0 % (0)", "0.0 % (0)")


def test_text_belongs_to_the_smallest_element_that_holds_it_and_what_is_missing_counts_whole() -> None:
    card, button = Piece(Box(0, 0, 400, 200), "Сумма"), Piece(Box(20, 100, 80, 30), "Pay now")
    found = [Piece(Box(60, 105, 35, 20), "new"), Piece(Box(25, 105, 30, 20), "Pay")]
    scores = scored([card, button], found)
    assert [(score.cyrillic, score.errors, score.characters) for score in scores] == [(True, 5, 5), (False, 1, 7)]
    assert edits("kitten", "sitting") == 3


def test_a_table_replaces_the_one_before_and_leaves_what_stands_around(tmp_path: Path) -> None:
    results = tmp_path / "RESULTS.md"
    results.write_text("# Results\n\n<!-- peers -->\nold\n<!-- /peers -->\n\nA word by hand.\n", encoding="utf-8")
    write("peers", table(["a"], [["1"]]), results)
    write("compare", "new", results)
    text = results.read_text(encoding="utf-8")
    assert "old" not in text
    assert "<!-- peers -->\n| a |\n|---|\n| 1 |\n<!-- /peers -->\n\nA word by hand." in text
    assert text.endswith("<!-- compare -->\nnew\n<!-- /compare -->\n")
    assert circumstances(["bench/peers.py", "--only", "x", "--write"]).startswith("`python -m bench.peers --only x`")


@pytest.mark.parametrize("share", [0.01, 0.1, 1.0])
def test_a_changed_part_has_the_share_it_is_said_to_have(share: float) -> None:
    before = page(Size(640, 480))
    differing = (before != with_a_part_changed(before, share)).any(axis=2).mean()
    assert share * 0.7 <= differing <= share * 1.02


def test_a_word_gone_is_a_small_change() -> None:
    before = page(Size(960, 720))
    differing = (before != with_a_word_gone(before)).any(axis=2)
    assert 0 < np.count_nonzero(differing) < 4000


def test_what_a_bench_says_is_wrapped_and_its_tables_are_not(tmp_path: Path) -> None:
    results = tmp_path / "RESULTS.md"
    row = "| " + " | ".join(["cell"] * 40) + " |"

    write("a", f"{'word ' * 40}\n\n- {'word ' * 40}\n{row}", results)

    lines = results.read_text(encoding="utf-8").splitlines()
    assert row in lines
    assert max(len(line) for line in lines if line != row) <= 100
    assert sum(line.startswith("  word") for line in lines) > 0
