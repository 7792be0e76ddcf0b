"""Which numbers of the comparison matter: `python -m bench.rules` changes each by a quarter and compares the stored pairs again.

Every number that a module of `vision/difference` names (`NAME = 12`, also in tuples and ranges) is made a quarter smaller, then
a quarter larger. A pair responds when anything that is said of it differs. A number that no pair responds to decides nothing
that we can show: give it a pair or take it out.

`--only WORD ...` numbers whose module or name holds one of them; `--pairs WORD ...` stored pairs likewise; `--every N` every Nth
pair; `--skip N` goes on after the first N numbers; `--minutes M` ends in time and says what was left; `--all` goes on after the
first pair that responds.
"""

import argparse
import ast
import importlib
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import find_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import vision.difference
from bench.results import ROOT, circumstances, table, write
from harness import golden
from vision.elements.analysis import Engines, analyze, load_engines
from vision.types import Analysis, Box, CompareOptions, Detection, Picture

PACKAGE = "vision.difference"
FACTORS = (0.75, 1.25)


@dataclass(frozen=True, slots=True)
class Number:
    """One named number: `module` is dotted, `line` where it stands."""

    module: str
    name: str
    line: int

    def __str__(self) -> str:
        return f"{self.module.removeprefix(PACKAGE + '.')}.{self.name}"


@dataclass(slots=True)
class Answer:
    """What became of a number: the pairs that responded, and how many were asked."""

    number: Number
    responded: list[str]
    asked: int


def main(words: Sequence[str] | None = None) -> None:
    asked = arguments(words)
    deadline = time.monotonic() + asked.minutes * 60
    bench = Bench(chosen(golden.names(), asked.pairs)[:: asked.every])
    numbers = [number for number in all_numbers() if holds_any(str(number), asked.only)][asked.skip :]
    answers = [bench.answer(number, asked.all) for number in within(deadline, numbers)]
    print(report(answers, len(bench.names)))
    if left := numbers[len(answers) :]:
        print(f"\nNot reached in {asked.minutes} minutes: {', '.join(map(str, left))}")
    if asked.write:
        write("rules", f"{circumstances(sys.argv)}\n\n{report(answers, len(bench.names))}")


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", default=[""])
    parser.add_argument("--pairs", nargs="+", default=[""])
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--write", action="store_true", help="into bench/RESULTS.md")
    return parser.parse_args(words)


def chosen(names: list[str], words: Sequence[str]) -> list[str]:
    return [name for name in names if holds_any(name, words)]


def holds_any(text: str, words: Sequence[str]) -> bool:
    return any(word in text for word in words)


def within(deadline: float, numbers: list[Number]) -> Iterator[Number]:
    for number in numbers:
        if time.monotonic() > deadline:
            return
        yield number


def report(answers: list[Answer], pairs: int) -> str:
    silent = [answer for answer in answers if not answer.responded]
    loud = [answer for answer in answers if answer.responded]
    rows = [[str(a.number), str(len(a.responded)), str(a.asked), ", ".join(a.responded[:4])] for a in loud]
    lines = [table(("number", "pairs that respond", "asked", "among them"), rows)] if rows else []
    lines.append(f"{len(silent)} of {len(answers)} numbers change nothing on {pairs} pairs:")
    lines += [f"- {answer.number} (line {answer.number.line})" for answer in silent]
    return "\n".join(lines)


# -- the numbers -----------------------------------------------------------------------------------------------------------


def all_numbers() -> list[Number]:
    found = []
    for path in sorted((ROOT / "vision" / "difference").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [Number(module, name, node.lineno) for node in tree.body if (name := named_number(node))]
    return found


def named_number(node: ast.stmt) -> str | None:
    """The name that a statement of a module gives to a value with a number in it."""
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return None
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    if not isinstance(target, ast.Name) or not target.id.isupper():
        return None
    return target.id if any(is_number(one) for one in ast.walk(node.value)) else None


def is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


class Changed(ast.NodeTransformer):
    """Makes the numbers of one assignment larger or smaller; a whole number stays whole and always changes."""

    def __init__(self, name: str, factor: float) -> None:
        self._name, self._factor = name, factor

    def visit_Module(self, node: ast.Module) -> ast.Module:
        for statement in node.body:
            if named_number(statement) == self._name:
                for one in ast.walk(statement):
                    if isinstance(one, ast.Constant) and is_number(one):
                        one.value = scaled(one.value, self._factor)
        return node


def scaled(value: Any, factor: float) -> int | float:
    if isinstance(value, float):
        return value * factor
    made = round(value * factor)
    return made if made != value else value + (1 if factor > 1 else -1)


# -- the comparison with a number changed ----------------------------------------------------------------------------------


class Loader(SourceFileLoader):
    """Loads a module with `change` made to its source."""

    change: Changed

    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> Any:
        return compile(self.change.visit(ast.parse(data)), path, "exec")

    def get_code(self, fullname: str) -> Any:
        return self.source_to_code(self.get_data(self.path), self.path)


class Finder(MetaPathFinder):
    def __init__(self, module: str, path: Path, change: Changed) -> None:
        self._module, self._path, self._change = module, path, change

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname != self._module:
            return None
        loader = Loader(fullname, str(self._path))
        loader.change = self._change
        folder = [str(self._path.parent)] if self._path.name == "__init__.py" else None
        return spec_from_file_location(fullname, self._path, loader=loader, submodule_search_locations=folder)


def comparing(number: Number | None = None, factor: float = 1.0) -> Any:
    """`vision.difference.comparison.compare`, loaded anew with the number changed; who has the usual one keeps it."""
    with loaded_anew(finder_of(number, factor) if number else None):
        return importlib.import_module(f"{PACKAGE}.comparison").compare


def finder_of(number: Number, factor: float) -> "Finder":
    spec = find_spec(number.module)
    assert spec and spec.origin
    return Finder(number.module, Path(spec.origin), Changed(number.name, factor))


@contextmanager
def loaded_anew(finder: Finder | None) -> Iterator[None]:
    """Inside, the package's modules are imported as for the first time, through `finder`; afterwards all is as before."""
    usual, paths = forgotten(), list(sys.meta_path)
    sys.meta_path[:0] = [finder] if finder else []
    try:
        yield
    finally:
        sys.meta_path[:] = paths
        forgotten()
        sys.modules.update(usual)
        if PACKAGE in usual:
            vision.difference = usual[PACKAGE]


def forgotten() -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name.startswith(PACKAGE)]
    return {name: sys.modules.pop(name) for name in names}


class Remembering:
    """Engines that look at each picture once: a changed number of the comparison changes nothing that they see."""

    def __init__(self, engine: Any) -> None:
        self._engine, self._known = engine, dict[Any, Any]()
        self.name, self.version = getattr(engine, "name", ""), engine.version

    def detect(self, picture: Picture) -> list[Detection]:
        return self._once((picture.shape, picture.tobytes()), lambda: self._engine.detect(picture))

    def read(self, picture: Picture, boxes: Sequence[Box]) -> list[str]:
        return self._once((picture.shape, picture.tobytes(), tuple(boxes)), lambda: self._engine.read(picture, boxes))

    def _once(self, key: Any, look: Any) -> Any:
        key = hash(key)
        if key not in self._known:
            self._known[key] = look()
        return list(self._known[key])


class Bench:
    """The stored pairs and what is said of them as the numbers are; those that responded before are asked first."""

    def __init__(self, names: list[str]) -> None:
        loaded = load_engines(ROOT / "models" / "detector.onnx", 2, "etalon", ("en", "ru"))
        self.engines = Engines(Remembering(loaded.detector), Remembering(loaded.reader), loaded.glyphs)
        self.names = names
        self.pictures = {name: golden.pair(name) for name in names}
        self.analyses = {name: analyze(pair[0], self.engines) for name, pair in self.pictures.items()}
        usual = comparing()
        self.usual = {name: self.said(usual, name) for name in names}

    def answer(self, number: Number, is_all: bool) -> Answer:
        responded: list[str] = []
        asked = 0
        variants = [comparing(number, factor) for factor in FACTORS]
        for name in list(self.names):
            asked += 1
            if any(self.said(compare, name) != self.usual[name] for compare in variants):
                responded.append(name)
                self.names.remove(name)
                self.names.insert(0, name)
                if not is_all:
                    break
        return Answer(number, responded, asked)

    def said(self, compare: Any, name: str) -> Any:
        """What is said of a pair, or how the comparison broke off."""
        reference, actual = self.pictures[name]
        analysis: Analysis = self.analyses[name]
        try:
            return golden.listed(compare(reference, actual, analysis, self.engines, CompareOptions()))
        except Exception as error:
            return type(error).__name__


if __name__ == "__main__":
    main()
