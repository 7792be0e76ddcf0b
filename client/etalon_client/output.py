"""The command's output: lines, above a progress bar on a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from etalon_client.errors import NotCompared
from etalon_client.language import told


class Output:
    """Says things in one language. A reader that closes the pipe (`| head`) changes nothing else: the rest is not said."""

    def __init__(self, language: str = "en", quiet: bool = False) -> None:
        self.language, self.quiet = language, quiet
        self._console: Any = None

    @property
    def has_bar(self) -> bool:
        return self._console is not None

    def say(self, text: str) -> None:
        """A line on standard output, above the progress bar if there is one."""
        if self._console is not None:
            self._console.print(printable(text), markup=False, highlight=False, soft_wrap=True)
        else:
            _write(sys.stdout, printable(text))

    def tell(self, sentence: str, **values: object) -> None:
        """A sentence on standard output, in the chosen language."""
        self.say(told(self.language, sentence, **values))

    def warn(self, error: NotCompared) -> None:
        """What went wrong and does not end the run, on standard error."""
        _write(sys.stderr, printable(error.told(self.language)))

    def warn_away(self, error: NotCompared) -> None:
        """The service is away and is asked again."""
        self.warn(NotCompared("{reason}; trying again", reason=error.told(self.language)))

    def not_compared(self, reason: str) -> None:
        _write(sys.stderr, printable(told(self.language, "not compared: {reason}", reason=reason)))

    @contextmanager
    def progress(self, total: int, doing: str) -> Iterator[Callable[[], None]]:
        """Gives a function to call after each step; on a terminal a bar shows how far it is."""
        if not _on_terminal() or total < 2:
            yield lambda: None
            return
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, transient=True) as bar:
            task = bar.add_task(told(self.language, doing), total=total)
            self._console = bar.console
            try:
                yield lambda: bar.advance(task)
            finally:
                self._console = None


def prepare_streams() -> None:
    """A console that lacks a letter (a Windows console in cp1251) shows a question mark instead of ending the run."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def flush_streams() -> None:
    """Sends out what is written. Python's own flush at the end would turn a closed pipe into exit status 120."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            _drop(stream)


def printable(text: str) -> str:
    """The text on one line; control characters, such as those that paint or turn a terminal's text, are spelled out."""
    return "".join(letter if letter.isprintable() else _spelled(letter) for letter in text)


def _spelled(letter: str) -> str:
    return " " if letter in "\r\n\t" else letter.encode("unicode_escape").decode("ascii")


def _on_terminal() -> bool:
    return sys.stdout.isatty() and not os.environ.get("CI")


def _write(stream: TextIO, line: str) -> None:
    try:
        stream.write(line + "\n")
        stream.flush()
    except UnicodeEncodeError:  # a surrogate, or a stream that prepare_streams could not change
        stream.write(ascii(line)[1:-1] + "\n")
    except (OSError, ValueError):  # the pipe is closed: BrokenPipeError, on Windows EINVAL
        _drop(stream)


def _drop(stream: TextIO) -> None:
    """From now on what is written to the stream goes nowhere."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass
