"""The peers: tools that say whether two screenshots differ, each with its own defaults.

A tool that is not installed stays in the table, with the reason.
"""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, Protocol, cast

import cv2
from skimage.metrics import structural_similarity

FOLDER = Path(__file__).resolve().parent
WORK = FOLDER / ".work"
INSTALL_NPM = "python -m bench.peers --install"
SSIM_FLOOR = 0.99


class Tool(Protocol):
    """One way to compare two files. `prepare` is what is done once for a reference, before any comparison is timed."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def prepare(self, reference: Path) -> None: ...

    def differs(self, reference: Path, actual: Path) -> bool: ...


class NotRun(RuntimeError):
    """The tool cannot run here."""


@dataclass(frozen=True, slots=True)
class Absent:
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Peer:
    name: str
    version: str
    differs: Callable[[Path, Path], bool]

    def prepare(self, reference: Path) -> None:
        """Peers store nothing of a reference."""


def install_npm_tools(work: Path = WORK) -> None:
    """Raises NotRun if there is no npm, CalledProcessError if it fails."""
    npm = shutil.which("npm")
    if npm is None:
        raise NotRun("npm is not installed")
    work.mkdir(exist_ok=True)
    shutil.copy(FOLDER / "package.json", work)
    subprocess.run([npm, "install", "--no-audit", "--no-fund", "--loglevel", "error"], cwd=work, check=True)


@contextmanager
def peers(work: Path = WORK) -> Iterator[tuple[list[Peer], list[Absent]]]:
    """Those that can run here, and those that cannot; the process of the npm tools ends with the block."""
    with _node(work) as ask:
        makers: dict[str, Callable[[], Peer]] = {
            "pixelmatch": lambda: _asked("pixelmatch", ask, work),
            "odiff": lambda: _odiff("odiff", (), work),
            "odiff --aa": lambda: _odiff("odiff --aa", ("--aa",), work),
            "looks-same": lambda: _asked("looks-same", ask, work),
            "blazediff": lambda: _blazediff("blazediff", antialiasing=False),
            "blazediff, antialiasing": lambda: _blazediff("blazediff, antialiasing", antialiasing=True),
            f"SSIM < {SSIM_FLOOR}": _ssim_recipe,
        }
        able, absent = [], []
        for name, make in makers.items():
            try:
                able.append(make())
            except NotRun as reason:
                absent.append(Absent(name, str(reason)))
        yield able, absent


Ask = Callable[[str, Path, Path], bool]


@contextmanager
def _node(work: Path) -> Iterator[Ask | None]:
    """Asks the npm tools' process; None if node or the tools are missing."""
    node = shutil.which("node")
    if node is None or not (work / "node_modules").is_dir():
        yield None
        return
    command = [node, str(FOLDER / "tools.cjs"), str(work)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        stdin, stdout = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)

        def ask(tool: str, reference: Path, actual: Path) -> bool:
            question = {"tool": tool, "reference": str(reference.resolve()), "actual": str(actual.resolve())}
            stdin.write(json.dumps(question) + "\n")
            stdin.flush()
            answer: dict[str, Any] = json.loads(stdout.readline() or '{"error": "the process of the npm tools ended"}')
            if "error" in answer:
                raise RuntimeError(f"{tool}: {answer['error']}")
            return bool(answer["differs"])

        yield ask
        stdin.close()


def _asked(package: str, ask: Ask | None, work: Path) -> Peer:
    if ask is None:
        raise NotRun(f"not installed: {INSTALL_NPM}" if shutil.which("node") else "node is not installed")
    return Peer(package, _npm_version(package, work), lambda reference, actual: ask(package, reference, actual))


def _odiff(name: str, options: tuple[str, ...], work: Path) -> Peer:
    """The program itself, one process for each comparison (a few milliseconds): its server must write a picture each time."""
    binary = next(work.glob("node_modules/@odiff/*/odiff*"), None)
    if binary is None:
        raise NotRun(f"not installed: {INSTALL_NPM}")

    def differs(reference: Path, actual: Path) -> bool:
        command = [str(binary), str(reference), str(actual), "--parsable-stdout", "--fail-on-layout", *options]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
        if done.returncode not in (0, 21, 22):
            raise RuntimeError(f"{name}: {done.stderr.strip() or done.returncode}")
        return done.returncode != 0

    return Peer(name, _npm_version("odiff-bin", work), differs)


def _npm_version(package: str, work: Path) -> str:
    described = json.loads((work / "node_modules" / package / "package.json").read_text(encoding="utf-8"))
    return str(described["version"])


def _blazediff(name: str, antialiasing: bool) -> Peer:
    try:
        import blazediff  # type: ignore[import-untyped]
    except ImportError as error:
        raise NotRun("not installed: pip install -r ops/requirements/bench.txt") from error

    def differs(reference: Path, actual: Path) -> bool:
        return not blazediff.compare(str(reference), str(actual), antialiasing=antialiasing).match_result

    return Peer(name, version("blazediff"), differs)


def _ssim_recipe() -> Peer:
    """The tutorials' recipe: grey, scikit-image's mean SSIM over the page, and a floor."""

    def differs(reference: Path, actual: Path) -> bool:
        one, two = (cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in (reference, actual))
        if one is None or two is None:
            raise RuntimeError(f"{actual.name} cannot be read")
        return one.shape != two.shape or float(structural_similarity(one, two)) < SSIM_FLOOR  # type: ignore[no-untyped-call]

    return Peer(f"SSIM < {SSIM_FLOOR}", f"scikit-image {version('scikit-image')}", differs)
