"""The soak's faults, one at a time, chosen by the seed."""

import random
import time
from collections.abc import Callable

from bench.soak_world import World
from harness import process_group
from harness.telegram import Answer, rate_limited
from harness.waiting import free_port

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


def _kill_api(world: World, _: random.Random) -> None:
    world.api.kill()
    time.sleep(1)
    world.api.start()


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
    "kill -9 of the API": _kill_api,
    "Telegram 429, 500, slow or silent": _trouble_telegram,
    "Telegram 502, then Redis stopped": _fail_then_stop_redis,
}
