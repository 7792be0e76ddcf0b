"""The table `locks` held five kinds of facts under prefixed names: each gets a table of its own.

What lives for seconds only (leases, workers) is not carried over: the processes write it again.
"""

from datetime import timedelta
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.String(length=36)
TIME = sa.DateTime(timezone=True)
MESSAGES = "messages to "
CLEANUP = "cleanup of the day"
BUTTON = "button "
BUTTON_KEPT_FOR = timedelta(days=10 * 365)

LOCKS = sa.table("locks", sa.column("name"), sa.column("until", TIME))
PERIODIC_JOBS = sa.table("periodic_jobs", sa.column("name"), sa.column("due_at", TIME))
RATE_SLOTS = sa.table("rate_slots", sa.column("channel"), sa.column("free_at", TIME))
BUTTON_PRESSES = sa.table("button_presses", sa.column("build_id"), sa.column("pressed_at", TIME))
BUILDS = sa.table("builds", sa.column("id"))


def upgrade() -> None:
    _make_tables()
    locks = {row.name: row.until for row in op.get_bind().execute(sa.select(LOCKS.c.name, LOCKS.c.until))}
    if CLEANUP in locks:
        op.bulk_insert(PERIODIC_JOBS, [{"name": "cleanup", "due_at": locks[CLEANUP]}])
    slots = {name.removeprefix(MESSAGES): until for name, until in locks.items() if name.startswith(MESSAGES)}
    op.bulk_insert(RATE_SLOTS, [{"channel": channel, "free_at": until} for channel, until in slots.items()])
    pressed = {name.removeprefix(BUTTON): until for name, until in locks.items() if name.startswith(BUTTON)}
    if pressed:
        builds = {_hash(build_id): build_id for build_id in op.get_bind().scalars(sa.select(BUILDS.c.id))}
        op.bulk_insert(
            BUTTON_PRESSES,
            [
                {"build_id": builds[hashed], "pressed_at": until - BUTTON_KEPT_FOR}
                for hashed, until in pressed.items()
                if hashed in builds
            ],
        )
    op.drop_table("locks")


def _make_tables() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", ID, nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.create_table(
        "workers",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("artifact_store", ID, nullable=True),
        sa.Column("clock_offset_seconds", sa.Double(), nullable=False),
        sa.Column("live_until", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workers"),
    )
    op.create_table(
        "periodic_jobs",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_periodic_jobs"),
    )
    op.create_table(
        "rate_slots",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("free_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("channel", name="pk_rate_slots"),
    )
    op.create_table(
        "button_presses",
        sa.Column("build_id", ID, nullable=False),
        sa.Column("pressed_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["build_id"], ["builds.id"], name="fk_button_presses_build_id_builds", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("build_id", name="pk_button_presses"),
    )


def _hash(build_id: str) -> str:
    return sha256(build_id.encode()).hexdigest()[:32]
