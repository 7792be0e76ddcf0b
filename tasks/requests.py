"""The requests that start tasks; `tasks.submit.submit` takes any of them."""

import json
from dataclasses import dataclass, field, fields
from hashlib import sha256

from store.submissions import Labels, Upload
from vision.types import CompareOptions

__all__ = [
    "AddShot",
    "AnalyzeReference",
    "AnalyzeScreenshot",
    "ComparePair",
    "CompareWithTestCase",
    "CreateTestCase",
    "Labels",
    "ReplaceReference",
    "Request",
    "Upload",
    "digest",
]


@dataclass(frozen=True, slots=True)
class AnalyzeScreenshot:
    """POST /analyses."""

    screenshot: Upload
    labels: Labels = field(default_factory=Labels)


@dataclass(frozen=True, slots=True)
class ComparePair:
    """POST /comparisons."""

    reference: Upload
    actual: Upload
    options: CompareOptions = field(default_factory=CompareOptions)
    labels: Labels = field(default_factory=Labels)
    name: str = ""


@dataclass(frozen=True, slots=True)
class CreateTestCase:
    """POST /testcases. Raises store.errors.DuplicateTestCase."""

    name: str
    screenshot: Upload
    labels: Labels = field(default_factory=Labels)


@dataclass(frozen=True, slots=True)
class ReplaceReference:
    """PUT /testcases/{id}/reference. Raises TestCaseNotFound."""

    testcase_id: str
    screenshot: Upload
    labels: Labels = field(default_factory=Labels)


@dataclass(frozen=True, slots=True)
class AnalyzeReference:
    """POST /testcases/{id}/analyses. Raises TestCaseNotFound, ReferenceNotFound."""

    testcase_id: str
    branch: str = ""


@dataclass(frozen=True, slots=True)
class CompareWithTestCase:
    """POST /testcases/{id}/comparisons. Raises TestCaseNotFound, ReferenceNotFound."""

    testcase_id: str
    screenshot: Upload
    options: CompareOptions = field(default_factory=CompareOptions)
    labels: Labels = field(default_factory=Labels)


@dataclass(frozen=True, slots=True)
class AddShot:
    """POST /builds/{id}/shots. Raises BuildNotFound, BuildFinalized, DuplicateShot."""

    build_id: str
    name: str
    screenshot: Upload
    options: CompareOptions = field(default_factory=CompareOptions)
    labels: Labels = field(default_factory=Labels)
    retry: bool = False


Request = (
    AnalyzeScreenshot
    | ComparePair
    | CreateTestCase
    | ReplaceReference
    | AnalyzeReference
    | CompareWithTestCase
    | AddShot
)


def digest(request: Request) -> str:
    """SHA-256 of the request: the same fields and pictures give the same digest, whatever their encoding."""
    asked = {one.name: _written(getattr(request, one.name)) for one in fields(request)}
    return sha256(json.dumps([type(request).__name__, asked]).encode()).hexdigest()


def _written(value: object) -> str:
    return sha256(value.data).hexdigest() if isinstance(value, Upload) else repr(value)
