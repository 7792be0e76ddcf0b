"""The published agents of Visual Regression Tracker, unchanged, against the service: npm's and PyPI's."""

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.scripted_engine import page
from harness.service import api
from vision.types import Box

pytestmark = [pytest.mark.slow, pytest.mark.alone]

JS, PYTHON = "@visual-regression-tracker/sdk-js@5.7.1", "visual-regression-tracker==4.9.0"
BUTTONS = [Box(20, 20, 80, 30), Box(20, 70, 60, 24)]
RIGHT, WRONG = page(*BUTTONS), page(BUTTONS[0])

JS_RUN = """
const { VisualRegressionTracker } = require("@visual-regression-tracker/sdk-js");
const [config, shots] = JSON.parse(process.argv[2]);
(async () => {
  const vrt = new VisualRegressionTracker(config);
  const said = [];
  await vrt.start();
  for (const shot of shots) {
    try {
      const done = await vrt.track(shot);
      said.push({ status: done.testRunResponse.status, image: done.imageUrl, diff: done.diffUrl });
    } catch (error) { said.push({ error: error.message }); }
  }
  await vrt.stop();
  console.log(JSON.stringify(said));
})().catch((error) => { console.log(JSON.stringify([{ error: error.message }])); });
"""

PYTHON_RUN = """
import json, sys
from visual_regression_tracker import Config, IgnoreArea, TestRun, VisualRegressionTracker
config, shots = json.loads(sys.argv[1])
tracker, said = VisualRegressionTracker(Config(**config)), []
try:
    with tracker:
        for shot in shots:
            shot["ignoreAreas"] = [IgnoreArea(**area) for area in shot.get("ignoreAreas", [])] or None
            try:
                done = tracker.track(TestRun(**shot))
                response = done.testRunResponse
                said.append({"status": response.status.value, "image": done.imageUrl, "diff": done.diffUrl})
            except Exception as error:
                said.append({"error": str(error.args[0])})
except Exception as error:
    said.append({"error": str(error)})
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("vrt")
    settings = {
        "DATA_DIR": str(folder),
        "DATABASE_URL": "",
        "ARTIFACT_URL": "",
        "TASKS_FORCE_SYNC": "1",
        "TELEGRAM_BOT_TOKEN": "",
        "VRT_COMPAT": "1",
    }
    with api(folder, **settings) as service:
        yield service.url


@pytest.fixture(scope="module", params=["js", "python"])
def agent(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Runs an agent over some shots and gives what it was told."""
    folder = tmp_path_factory.mktemp(request.param)
    run = _install_js(folder) if request.param == "js" else _install_python(folder)

    def track(config: dict[str, Any], *shots: dict[str, Any]) -> list[dict[str, Any]]:
        done = run(json.dumps([config, shots]))
        assert done.returncode == 0, done.stderr
        said: list[dict[str, Any]] = json.loads(done.stdout.strip().splitlines()[-1])
        return said

    return request.param, track


def _install_js(folder: Path) -> Any:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("there is no Node.js")
    _installed([npm, "install", "--silent", "--prefix", str(folder), JS])
    (folder / "run.js").write_text(JS_RUN, encoding="utf-8")
    return lambda asked: subprocess.run(
        [node, str(folder / "run.js"), asked], capture_output=True, text=True, timeout=120
    )


def _install_python(folder: Path) -> Any:
    _installed([sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), PYTHON])
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return lambda asked: subprocess.run(
        [sys.executable, "-c", PYTHON_RUN, asked], env=environment, capture_output=True, text=True, timeout=120
    )


def _installed(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        said = f"the agent cannot be installed: {done.stderr.strip()[-200:]}"
        pytest.fail(said) if os.environ.get("CI") else pytest.skip(said)


def shot(name: str, picture: bytes, **more: Any) -> dict[str, Any]:
    return {"name": name, "imageBase64": base64.b64encode(picture).decode(), **more}


def approve(url: str, project: str, name: str) -> None:
    [build] = httpx.get(f"{url}/api/v1/builds", params={"project": project, "name": name}).json()["items"]
    said = httpx.post(f"{url}/api/v1/builds/{build['build_id']}/approve", json={"filter": {}}, timeout=30).json()
    assert not said["refused"], said


def test_agent_works_as_it_is(url: str, agent: Any) -> None:
    kind, track = agent
    project = f"project of {kind}"
    config = {"apiUrl": url, "apiKey": "any", "project": project, "branchName": "master", "ciBuildId": "1"}
    browser = {"browser": "Chrome", "viewport": "800x600"}

    first = track(config, shot("home", RIGHT, **browser))
    assert first[0]["error"].startswith("No baseline: http")
    assert httpx.get(first[0]["error"].partition(": ")[2]).status_code == 200, "its page opens"
    approve(url, project, "1")

    area = [{"x": 0, "y": 60, "width": 160, "height": 50}]
    second = track(
        {**config, "ciBuildId": "2"},
        shot("home", RIGHT, **browser),
        shot("home", WRONG, **{**browser, "browser": "Firefox"}),
    )
    assert second[0]["status"] == "ok" and second[1]["error"].startswith("No baseline")
    assert httpx.get(second[0]["image"], follow_redirects=True).content == RIGHT
    for ci_build, more, outcome in (
        ("3", {}, "Difference found: http"),
        ("4", {"ignoreAreas": area}, "ok"),
        ("5", {"diffTollerancePercent": 99}, "ok"),
    ):
        [said] = track({**config, "ciBuildId": ci_build}, shot("home", WRONG, **browser, **more))
        assert (said.get("error") or said["status"]).startswith(outcome), (ci_build, said)
    [build] = httpx.get(f"{url}/api/v1/builds", params={"project": project, "name": "3"}).json()["items"]
    assert (build["state"], build["verdict"], build["counts"]["shots"]) == ("concluded", "failed", 1)
    compared = httpx.get(f"{url}/api/v1/comparisons", params={"build_id": build["build_id"]}).json()["items"]
    assert len(compared) == 1, "JavaScript's agent posts a changed shot three times; it is compared once"


def test_two_agents_share_a_build_by_its_ci_id(url: str, agent: Any) -> None:
    kind, track = agent
    config = {"apiUrl": url, "apiKey": "any", "project": f"shared {kind}", "branchName": "topic", "ciBuildId": "7"}
    for name in ("a", "b"):
        track(config, shot(name, RIGHT))
    [build] = httpx.get(f"{url}/api/v1/builds", params={"project": f"shared {kind}"}).json()["items"]
    assert (build["counts"]["shots"], build["verdict"], build["branch"]) == (2, "new", "topic")


def test_bad_test_runs_are_refused_in_json(url: str) -> None:
    build = httpx.post(f"{url}/builds", json={"project": "bad", "ciBuildId": None}).json()
    assert build["isRunning"] and build["number"] == 1 and build["projectId"]
    known = {"buildId": build["id"], "name": "x"}
    for sent, says in (
        ({**known, "imageBase64": "§"}, "This is not base64"),
        ({**known, "imageBase64": base64.b64encode(b"text").decode()}, "image"),
        ({**known, "name": "", "imageBase64": "AAAA"}, "name"),
        ({**known, "buildId": "0" * 32, "imageBase64": base64.b64encode(RIGHT).decode()}, "no build"),
    ):
        answer = httpx.post(f"{url}/test-runs", json=sent)
        assert 400 <= answer.status_code < 500 and says in answer.json()["detail"], answer.text
    form = httpx.post(
        f"{url}/test-runs/multipart",
        data={
            **known,
            "ignoreAreas": json.dumps([{"id": "1", "x": 1.5, "y": 1, "width": 3, "height": 3}]),
            "keepScreenshot": "1",
        },
        files={"image": ("image.png", RIGHT, "image/png")},
        timeout=30,
    )
    assert form.status_code == 201 and form.json()["status"] == "new" and form.json()["merge"] is False
    stopped = httpx.patch(
        f"{url}/builds/{build['id']}", content=b"", headers={"Content-Type": "application/json"}
    ).json()
    assert (stopped["isRunning"], stopped["status"], stopped["unresolvedCount"]) == (False, "unresolved", 1)


def test_without_the_setting_there_are_no_such_routes() -> None:
    from main import app

    assert not [route for route in app.routes if getattr(route, "path", "") in ("/builds", "/test-runs")]
