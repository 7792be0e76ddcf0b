"""The soak's faults, one at a time, chosen by the seed."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from uuid import UUID

import httpx
from sqlalchemy import select

from bench.soak_clients import Client
from bench.soak_world import Job, World
from harness import process_group
from harness.telegram import Answer, rate_limited
from harness.waiting import free_port
from store import tables
from store.blobs import blob_store
from store.session import read
from store.states import NotificationState

FAULT_EVERY_SECONDS = (3.0, 8.0)
_REFUSED_WITHIN_SECONDS = 15.0


def break_things(world: World, chance: random.Random, began: float, seconds: float) -> None:
    """Makes faults until `seconds` after `began`."""
    while True:
        time.sleep(chance.uniform(*FAULT_EVERY_SECONDS))
        name = chance.choice(list(FAULTS))
        dice = random.Random(chance.random())
        if time.monotonic() > began + seconds:
            return
        world.faults[name] += 1
        print(f"{time.monotonic() - began:.0f} s: {name}", flush=True)
        FAULTS[name](world, dice)


def _kill_child(world: World, dice: random.Random) -> None:
    process_group.kill(dice, world.workers.pool_processes())


def _kill_worker(world: World, dice: random.Random) -> None:
    world.ended_workers += process_group.kill(dice, world.workers.workers())


def _stop_worker(world: World, dice: random.Random) -> None:
    world.ended_workers += process_group.terminate(dice, world.workers.workers())


def _stop_redis(world: World, dice: random.Random) -> None:
    world.redis.stop()
    time.sleep(dice.uniform(1, 10))
    world.redis.start()


def _freeze_redis(world: World, _: random.Random) -> None:
    world.redis.freeze()
    time.sleep(3)
    world.redis.freeze(False)


def _turn_redis_read_only(world: World, dice: random.Random) -> None:
    """As a fail-over does: it follows a primary that is not there."""
    world.redis.client().replicaof("127.0.0.1", free_port())
    time.sleep(dice.uniform(1, 10))
    world.redis.client().replicaof("NO", "ONE")


def _drop_connections(world: World, _: random.Random) -> None:
    world.redis.client().execute_command("CLIENT KILL TYPE normal SKIPME yes")


def _kill_api(world: World, dice: random.Random) -> None:
    api = dice.choice(world.apis)
    api.kill()
    time.sleep(1)
    api.start()


def _damage_picture(world: World, dice: random.Random) -> None:
    """Another picture stands in a stored one's place: it is not shown, and the same upload brings it back."""
    told = _told(world)
    if not told:
        return
    artifact_id, job = dice.choice(told)
    folder = blob_store().folder()
    assert folder
    [file] = folder.glob(f"??/{sha256(job.actual).hexdigest()}")
    file.write_bytes(job.reference)
    with httpx.Client(base_url=world.apis[0].url, timeout=60) as http:
        if http.get(f"/api/v1/artifacts/{artifact_id}").is_success:
            world.wrong_answers.append(f"job {job.number}: its damaged picture was shown")
        Client(world, [http]).compare(replace(job, key=str(UUID(int=dice.getrandbits(128)))))
        shown = http.get(f"/api/v1/artifacts/{artifact_id}")
    if shown.content != job.actual:
        world.wrong_answers.append(f"job {job.number}: its damaged picture was not brought back: {shown.status_code}")


def _told(world: World) -> list[tuple[str, Job]]:
    """Jobs whose message has arrived, so that no process needs their pictures, each with its actual's id."""
    told = select(tables.Comparison.task_id, tables.Comparison.actual_artifact_id).join(tables.Notification)
    with read() as session:
        rows = session.execute(told.where(tables.Notification.state == NotificationState.SENT)).all()
    jobs = [(artifact_id, world.took[task_id]) for task_id, artifact_id in sorted(rows) if task_id in world.took]
    return [(artifact_id, job) for artifact_id, job in jobs if job.verdict == "failed" and not job.shot]


def _trouble_telegram(world: World, dice: random.Random) -> None:
    world.chat.script += [dice.choice(_TROUBLES) for _ in range(2)]


def _fail_then_stop_redis(world: World, dice: random.Random) -> None:
    """A worker holds the message that waits for its retry; for that worker a lost Redis is the worst case."""
    refusal = Answer(502, b"bad gateway")
    world.chat.script.insert(0, refusal)
    deadline = time.monotonic() + _REFUSED_WITHIN_SECONDS
    while any(one is refusal for one in world.chat.script) and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(1)  # now the retry's message is in Redis and with its worker
    _stop_redis(world, dice)


_TROUBLES = (
    rate_limited(3),
    Answer(500, b"oops"),
    Answer(deliver=True, silent_seconds=0.5),
    Answer(slow_seconds=2, deliver=True),
)
FAULTS: dict[str, Callable[[World, random.Random], None]] = {
    "kill -9 of a pool process": _kill_child,
    "kill -9 of a worker": _kill_worker,
    "SIGTERM to a worker": _stop_worker,
    "Redis stopped 1 to 10 s": _stop_redis,
    "Redis hung 3 s": _freeze_redis,
    "Redis read-only 1 to 10 s": _turn_redis_read_only,
    "connections to Redis dropped": _drop_connections,
    "kill -9 of an API": _kill_api,
    "a stored picture replaced": _damage_picture,
    "Telegram 429, 500, slow or silent": _trouble_telegram,
    "Telegram 502, then Redis stopped": _fail_then_stop_redis,
}
