"""What the command `etalon` takes."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from etalon_client import __version__
from etalon_client.builds import Labels
from etalon_client.pipeline import by_hand, pipeline

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # argparse has no public name for it

_ABOUT: Final = """\
Screenshots in, one verdict out, every change in a sentence.

  etalon check DIR                    every picture in a folder against its reference, as one build
  etalon status, finalize, approve    what becomes of a build
  etalon compare REFERENCE ACTUAL     two pictures with each other
  etalon explain DIR                  what changed in the pairs that another tool left behind
  etalon import DIR                   another tool's baselines become references

ETALON_URL is where the service is (http://localhost:8000 where it is not set), ETALON_API_KEY a key where it wants one.
Exit status: 0 passed, 1 failed or new, 2 not compared, error or incomplete."""

LABELS: Final = ("build", "project", "branch", "variant", "commit")


def _parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(
        prog="etalon", description=_ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    root.add_argument("--version", action="version", version=f"etalon-client {__version__}")
    commands = root.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for add in (_add_check, _add_finalize, _add_status, _add_approve, _add_compare, _add_explain, _add_import):
        _add_service(add(commands))
    return root


def parse(given: Sequence[str]) -> argparse.Namespace:
    """Ends with exit status 2 and a sentence where the arguments cannot be understood."""
    parser = _parser()
    asked = parser.parse_args(given)
    if asked.command == "compare":
        _place_pictures(parser, asked)
    return asked


def labels_of(asked: argparse.Namespace, environment: Mapping[str, str]) -> Labels:
    """What was given on the command line, else what the pipeline's variables say; a new build gets a name of its own."""
    run = pipeline(environment)
    known = {"build": run.build, "branch": run.branch, "commit": run.commit}
    chosen = {label: getattr(asked, label, None) or known.get(label, "") for label in LABELS}
    chosen["branch"] = run.branch_named(chosen["branch"])
    if asked.command == "explain" and not asked.build:  # the pipeline's own build is that of `check`
        chosen["build"] = f"explain {run.build or by_hand()}"
    if asked.command == "check" and not chosen["build"]:
        chosen["build"] = by_hand()
    return Labels(**chosen, url=run.url)


def _place_pictures(parser: argparse.ArgumentParser, asked: argparse.Namespace) -> None:
    """Two pictures are a reference and an actual; one is an actual, and an option says what it is held against."""
    against = asked.reference or asked.name or asked.testcase
    if len(asked.pictures_given) != (1 if against else 2):
        parser.error("compare takes REFERENCE ACTUAL, or one of --reference, --name and --testcase with ACTUAL")
    if not against:
        asked.reference = asked.pictures_given[0]
    asked.actual = asked.pictures_given[-1]


def _add_check(commands: _Commands) -> argparse.ArgumentParser:
    command = _command(commands, "check", "compare every picture in a folder with its reference, as one build")
    command.add_argument(
        "folders", nargs="+", type=Path, metavar="DIR",
        help="PNG, JPEG and WebP in it are shots; shop/cart.png is called shop/cart",
    )  # fmt: skip
    _add_build(command)
    _add_expected(command)
    _add_options(command)
    command.add_argument("--retry", action="store_true", help="replace shots that the build already has")
    command.add_argument(
        "--no-finalize", dest="finalize", action="store_false", help="more shots come; `etalon finalize` ends the build"
    )
    command.add_argument("--quiet", action="store_true", help="no lines for shots that passed")
    _add_reports(command)
    return command


def _add_finalize(commands: _Commands) -> argparse.ArgumentParser:
    command = _command(commands, "finalize", "finish the build (no more shots come) and wait for the verdict")
    _add_build(command)
    _add_expected(command)
    command.add_argument("--quiet", action="store_true", help="no lines for shots that passed")
    _add_reports(command)
    return command


def _add_status(commands: _Commands) -> argparse.ArgumentParser:
    command = _command(commands, "status", "show the state of a build; without --build of the newest")
    _add_build(command)
    command.add_argument("--wait", action="store_true", help="until there is a verdict")
    command.add_argument("--quiet", action="store_true", help="no lines for shots that passed")
    _add_reports(command)
    return command


def _add_approve(commands: _Commands) -> argparse.ArgumentParser:
    command = _command(commands, "approve", "accept shots of a build: they become the references")
    command.add_argument("names", nargs="*", metavar="NAME", help="a shot of the build")
    command.add_argument("--all", action="store_true", help="everything that is new or failed")
    command.add_argument("--signature", help="every shot with this change; `etalon status` lists signatures")
    command.add_argument("--verdict", choices=("failed", "new"), help="every shot with this verdict")
    command.add_argument("--query", metavar="TEXT", help="every shot with this in its name")
    command.add_argument("--comment", default="", help="stored with the approval")
    _add_build(command)
    return command


def _add_compare(commands: _Commands) -> argparse.ArgumentParser:
    command = _command(commands, "compare", "compare two pictures, or one with the reference of a test case")
    command.usage = (
        "etalon compare REFERENCE ACTUAL [options]\n       etalon compare --name NAME ACTUAL [options]\n"
        "       etalon compare --testcase ID ACTUAL [options]"
    )
    command.add_argument("pictures_given", nargs="+", type=Path, metavar="PICTURE", help="REFERENCE ACTUAL, or ACTUAL")
    against = command.add_mutually_exclusive_group()
    against.add_argument("--reference", type=Path, help="a picture to compare with")
    against.add_argument(
        "--name", help="a test case to compare with; --project and --variant choose between test cases of one name"
    )
    against.add_argument("--testcase", metavar="ID", help="a test case to compare with")
    for label in LABELS:
        command.add_argument(f"--{label}", help=f"the {label} to file the comparison under")
    _add_options(command)
    command.add_argument("--pictures", type=Path, metavar="FOLDER", help="where to save the pictures of the result")
    command.add_argument("--json", type=Path, metavar="FILE", help="where to save the whole comparison")
    return command


def _add_explain(commands: _Commands) -> argparse.ArgumentParser:
    command = _command(commands, "explain", "report what changed in the pairs of another tool; changes no file")
    command.add_argument("folder", type=Path, metavar="DIR", help="the project's folder, or the tool's own")
    command.add_argument("--quiet", action="store_true", help="no lines for equal pairs")
    _add_build(command)
    _add_options(command)
    _add_reports(command)
    return command


def _add_import(commands: _Commands) -> argparse.ArgumentParser:
    command = _command(commands, "import", "make references of another tool's baselines, or of a folder of pictures")
    command.add_argument("folder", type=Path, metavar="DIR")
    command.add_argument("--project", default=os.environ.get("ETALON_PROJECT"), help="the project of the test cases")
    command.add_argument("--variant", default=os.environ.get("ETALON_VARIANT"), help="the variant of all of them")
    command.add_argument("--replace", action="store_true", help="test cases that exist get the new reference")
    command.add_argument("--dry-run", action="store_true", help="only say what would be imported, and under which name")
    _add_jobs(command)
    return command


def _add_build(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group(
        "which build",
        "Not given: ETALON_BUILD, ETALON_PROJECT and so on, else GitLab's, GitHub's or Jenkins' variables.",
    )
    for label, about in {
        "build": "jobs that give the same name share a build",
        "project": "the project that it belongs to",
        "branch": "branch whose references to use; by default, and for main or master, the main line's",
        "variant": "browser, viewport, theme: the same for all shots of this run",
        "commit": "the commit that was tested",
    }.items():
        group.add_argument(f"--{label}", metavar="NAME", default=os.environ.get(f"ETALON_{label.upper()}"), help=about)


def _add_expected(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--expected", type=Path, metavar="FILE",
        help="required shot names, one a line or a JSON list; the build is incomplete without them",
    )  # fmt: skip
    command.add_argument("--shard", type=shard, metavar="2/4", help="this is the second of four parts of the build")


def _add_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--match-level", choices=("exact", "strict", "content", "layout"))
    command.add_argument("--fail-on", choices=("minor", "major", "critical"), help="the least severity that fails")
    command.add_argument(
        "--ignore", action="append", default=[], type=region, metavar="X,Y,WIDTH,HEIGHT",
        help="a box of the reference that does not count, in pixels (may be given more than once)",
    )  # fmt: skip
    command.add_argument(
        "--background", type=colour, metavar="RRGGBB", help="the colour behind transparent pictures, such as ffffff"
    )


def _add_reports(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("reports")
    group.add_argument("--junit", type=Path, metavar="FILE", help="JUnit, as GitLab and Jenkins show it")
    group.add_argument("--html", type=Path, metavar="FILE", help="one page that needs no network")
    group.add_argument("--json", type=Path, metavar="FILE", help="everything, for programs")
    group.add_argument("--pictures", type=Path, metavar="FOLDER", help="pictures of the shots that did not pass")
    _add_jobs(command)


def _add_jobs(command: argparse.ArgumentParser) -> None:
    command.add_argument("--jobs", type=jobs, default=4, metavar="N", help="pictures sent at the same time (4)")


def _add_service(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("the service")
    group.add_argument("--url", help="where it is (ETALON_URL)")
    group.add_argument("--language", choices=("en", "ru"), default="en", help="language of the output")
    group.add_argument(
        "--timeout", type=seconds, default=600, metavar="SECONDS", help="limit for the whole command (600)"
    )


def region(text: str) -> dict[str, int]:
    """`X,Y,WIDTH,HEIGHT`"""
    numbers = [int(part) for part in text.split(",")]
    if len(numbers) != 4 or min(numbers) < 0:
        raise ValueError(text)
    return dict(zip(("x", "y", "width", "height"), numbers))


def colour(text: str) -> str:
    """`RRGGBB`, or `#RRGGBB`, which a shell takes for a comment unless it is quoted."""
    digits = text.removeprefix("#")
    if len(digits) != 6 or not set(digits.lower()) <= set("0123456789abcdef"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a colour like ffffff")
    return f"#{digits.lower()}"


def shard(text: str) -> tuple[int, int]:
    """`2/4`"""
    number, all_of_them = (int(part) for part in text.split("/"))
    if not 1 <= number <= all_of_them <= 1000:
        raise ValueError(text)
    return number, all_of_them


def jobs(text: str) -> int:
    """A number from 1 to 32."""
    if not 1 <= int(text) <= 32:
        raise argparse.ArgumentTypeError(f"{text} is not from 1 to 32")
    return int(text)


def seconds(text: str) -> float:
    """A positive number."""
    if not 0 < float(text) < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds")
    return float(text)


def _command(commands: _Commands, name: str, about: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=about, description=about[0].upper() + about[1:] + "."
    )
    return command
