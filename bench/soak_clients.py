"""The soak's clients: each posts comparisons and whole builds, and repeats what was not accepted, at the other API."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import cycle

import httpx

from bench.soak_world import PROJECT, Job, Run, World
from harness.telegram import TOKEN

INSISTS_SECONDS = 90.0
ACCEPTED = (httpx.codes.OK, httpx.codes.CREATED, httpx.codes.ACCEPTED)
Post = Callable[[httpx.Client], httpx.Response]


def work_through(world: World, work: Sequence[Job | Run], began: float) -> None:
    """Posts each when its time has come, counted from `began`."""
    with ExitStack() as stack:
        client = Client(world, [stack.enter_context(httpx.Client(base_url=api.url, timeout=60)) for api in world.apis])
        for one in work:
            time.sleep(max(0.0, began + one.at - time.monotonic()))
            client.build(one) if isinstance(one, Run) else client.compare(one)


class Client:
    """Posts to the APIs by turns: what one has accepted and not answered is repeated at another."""

    def __init__(self, world: World, apis: Sequence[httpx.Client]) -> None:
        self._world, self._apis = world, cycle(apis)

    def compare(self, job: Job) -> None:
        """A comparison; its key makes repetitions one job."""
        files, key = {"reference": job.reference, "actual": job.actual}, {"Idempotency-Key": job.key}
        self._submit(job, lambda http: http.post("/api/v1/comparisons", files=files, headers=key))

    def make_testcase(self, name: str, picture: bytes) -> str | None:
        """A test case with that reference. Gives its task."""
        fields = {"project": PROJECT, "name": name}
        answer = self._insist(
            name, lambda http: http.post("/api/v1/testcases", data=fields, files={"screenshot": picture})
        )
        return str(answer.json()["task_id"]) if answer else None

    def build(self, run: Run) -> None:
        """Opens a build, posts its shots, finalizes it."""
        asked = {"project": PROJECT, "name": run.name}
        opened = self._insist(run.name, lambda http: http.post("/api/v1/builds", json=asked))
        if opened is None:
            return
        path = f"/api/v1/builds/{opened.json()['build_id']}"
        self._world.runs[opened.json()["build_id"]] = run
        for job in run.shots:
            self._shot(path, job)
        self._insist(run.name, lambda http: http.post(f"{path}/finalize", json={}))

    def _shot(self, path: str, job: Job) -> None:
        asked = {"data": {"name": job.shot}, "files": {"screenshot": job.actual}}
        key = {"Idempotency-Key": job.key}
        self._submit(job, lambda http: http.post(f"{path}/shots", **asked, headers=key))

    def _submit(self, job: Job, post: Post) -> None:
        answer = self._insist(f"job {job.number}", post)
        if answer is not None:
            with self._world.lock:
                self._world.took[answer.json()["task_id"]] = job
                self._world.watch.add(answer.json()["task_id"])

    def _insist(self, what: str, post: Post) -> httpx.Response | None:
        """Posts until it is accepted."""
        deadline = time.monotonic() + INSISTS_SECONDS
        while time.monotonic() < deadline:
            answer = self._posted(post)
            if answer is not None and answer.status_code in ACCEPTED:
                return answer
            with self._world.lock:
                self._world.retried += 1
                if answer is not None:
                    _note_refusal(self._world, what, answer)
            time.sleep(min(1.0, float(answer.headers.get("retry-after", 1)) if answer is not None else 0.5))
        self._world.given_up.append(what)
        return None

    def _posted(self, post: Post) -> httpx.Response | None:
        began = time.monotonic()
        try:
            answer = post(next(self._apis))
        except httpx.HTTPError:
            return None
        with self._world.lock:
            self._world.posted_seconds.append(time.monotonic() - began)
        return answer


def _note_refusal(world: World, what: str, answer: httpx.Response) -> None:
    still_submitting = answer.status_code == httpx.codes.CONFLICT and "retry-after" in answer.headers
    if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE and not still_submitting:
        world.wrong_answers.append(f"{what}: {answer.status_code} {answer.text[:200]}")
    if TOKEN in answer.text or "Traceback" in answer.text:
        world.wrong_answers.append(f"{what}: the answer tells too much: {answer.text[:200]}")
