"""Builds and their shots, pending references, options of test cases, reviews that can be undone, what lists show of a comparison.

The labels `build` of old comparisons become builds: of each test case the last comparison is its shot.
"""

from collections import Counter
from datetime import datetime
from secrets import token_hex
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.String(length=36)
TIME = sa.DateTime(timezone=True)
FINAL = ("SUCCESS", "FAILURE", "REVOKED")

BUILDS = sa.table(
    "builds",
    *(sa.column(name) for name in ("id", "project_id", "name", "branch", "commit", "verdict")),
    sa.column("shards_done", sa.JSON()),
    sa.column("counts", sa.JSON()),
    sa.column("missing", sa.JSON()),
    sa.column("created_at", TIME),
    sa.column("concluded_at", TIME),
)
SHOTS = sa.table(
    "shots",
    *(sa.column(name) for name in ("id", "build_id", "name", "variant", "testcase_id", "task_id", "comparison_id")),
    sa.column("created_at", TIME),
)


def upgrade() -> None:
    _make_builds()
    _widen()
    _make_reviews()
    _note_what_lists_show()
    _labels_become_builds()


def _make_builds() -> None:
    op.create_table(
        "builds",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("branch", sa.String(length=200), nullable=True),
        sa.Column("commit", sa.String(length=200), nullable=True),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("expected", sa.JSON(), nullable=True),
        sa.Column("shards", sa.Integer(), nullable=True),
        sa.Column("shards_done", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=True),
        sa.Column("missing", sa.JSON(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("opened_at", TIME, nullable=True),
        sa.Column("finalized_at", TIME, nullable=True),
        sa.Column("concluded_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_builds_project_id_projects"),
        sa.PrimaryKeyConstraint("id", name="pk_builds"),
        sa.UniqueConstraint("project_id", "name", name="uq_builds_project_id_name"),
    )
    op.create_index("ix_builds_page", "builds", ["created_at", "id"])
    op.create_index("ix_builds_concluded_at", "builds", ["concluded_at"])
    op.create_table(
        "shots",
        sa.Column("id", ID, nullable=False),
        sa.Column("build_id", ID, nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("variant", sa.String(length=200), nullable=False),
        sa.Column("testcase_id", ID, nullable=True),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("comparison_id", ID, nullable=True),
        sa.Column("reference_id", ID, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        _foreign("shots", "build_id", "builds", "CASCADE"),
        _foreign("shots", "testcase_id", "testcases", "SET NULL"),
        _foreign("shots", "task_id", "tasks", "CASCADE"),
        _foreign("shots", "comparison_id", "comparisons", "CASCADE"),
        _foreign("shots", "reference_id", "references", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_shots"),
        sa.UniqueConstraint("build_id", "name", "variant", name="uq_shots_build_id_name_variant"),
    )
    for column in ("testcase_id", "task_id", "comparison_id", "reference_id"):
        op.create_index(f"ix_shots_{column}", "shots", [column])


def _widen() -> None:
    op.create_table(
        "moved_chats",
        sa.Column("chat_id", sa.String(length=64), nullable=False),
        sa.Column("moved_to", sa.String(length=64), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name="pk_moved_chats"),
    )
    with op.batch_alter_table("testcases") as table:
        table.add_column(sa.Column("options", sa.JSON(), nullable=True))
    with op.batch_alter_table("references") as table:
        table.add_column(sa.Column("state", sa.String(length=10), nullable=False, server_default="active"))
    with op.batch_alter_table("references") as table:
        table.alter_column("state", server_default=None, existing_type=sa.String(length=10), existing_nullable=False)
    with op.batch_alter_table("comparisons") as table:
        table.add_column(sa.Column("build_id", ID, nullable=True))
        table.add_column(sa.Column("defect_count", sa.Integer(), nullable=True))
        table.add_column(sa.Column("worst_severity", sa.String(length=10), nullable=True))
        table.add_column(sa.Column("headline", sa.Integer(), nullable=True))
        table.add_column(sa.Column("signature", sa.String(length=64), nullable=True))
        table.create_foreign_key("fk_comparisons_build_id_builds", "builds", ["build_id"], ["id"], ondelete="SET NULL")
        table.create_index("ix_comparisons_build_id", ["build_id"])
        table.create_index("ix_comparisons_signature", ["signature"])
    with op.batch_alter_table("notifications") as table:
        table.alter_column("comparison_id", existing_type=ID, nullable=True)
        table.add_column(sa.Column("build_id", ID, nullable=True))
        table.create_foreign_key("fk_notifications_build_id_builds", "builds", ["build_id"], ["id"], ondelete="CASCADE")
        table.create_unique_constraint("uq_notifications_build_id_channel", ["build_id", "channel"])


def _make_reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("build_id", ID, nullable=True),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("undone_at", TIME, nullable=True),
        sa.Column("undone_by", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_reviews_project_id_projects"),
        _foreign("reviews", "build_id", "builds", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
    )
    op.create_index("ix_reviews_page", "reviews", ["created_at", "id"])
    for column in ("project_id", "build_id"):
        op.create_index(f"ix_reviews_{column}", "reviews", [column])
    op.create_table(
        "review_items",
        sa.Column("review_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("comparison_id", ID, nullable=True),
        sa.Column("reference_id", ID, nullable=True),
        sa.Column("before", sa.String(length=12), nullable=False),
        sa.Column("made_id", ID, nullable=True),
        sa.Column("replaced_id", ID, nullable=True),
        _foreign("review_items", "review_id", "reviews", "CASCADE"),
        _foreign("review_items", "comparison_id", "comparisons", "CASCADE"),
        _foreign("review_items", "reference_id", "references", "CASCADE"),
        _foreign("review_items", "made_id", "references", "SET NULL"),
        _foreign("review_items", "replaced_id", "references", "SET NULL"),
        sa.PrimaryKeyConstraint("review_id", "position", name="pk_review_items"),
    )
    for column in ("comparison_id", "reference_id", "made_id", "replaced_id"):
        op.create_index(f"ix_review_items_{column}", "review_items", [column])


def _foreign(table: str, column: str, to: str, on_delete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}", ondelete=on_delete)


def _note_what_lists_show() -> None:
    worst = "CASE severity WHEN 'critical' THEN 0 WHEN 'major' THEN 1 ELSE 2 END"
    of_it = "FROM defects WHERE defects.comparison_id = comparisons.id AND ignored_reason IS NULL"
    first = f"{of_it} ORDER BY {worst}, cause_id IS NOT NULL, position LIMIT 1"
    op.execute(
        f"UPDATE comparisons SET defect_count = (SELECT count(*) {of_it}), headline = (SELECT position {first}), "
        f"worst_severity = (SELECT severity {first}) WHERE verdict IS NOT NULL"
    )


def _labels_become_builds() -> None:
    connection = op.get_bind()
    columns = "id, task_id, project_id, testcase_id, branch, variant, build, verdict, review"
    rows = connection.execute(
        sa.text(
            f"SELECT {', '.join(f'c.{one}' for one in columns.split(', '))}, c.{_quoted('commit')}, c.created_at, "
            "c.finished_at, t.state, n.name AS testcase, n.variant AS testcase_variant FROM comparisons c "
            "JOIN tasks t ON t.id = c.task_id LEFT JOIN testcases n ON n.id = c.testcase_id "
            "WHERE c.build IS NOT NULL AND c.build <> '' ORDER BY c.created_at, c.id"
        ).columns(created_at=TIME, finished_at=TIME)
    ).all()
    labelled: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        labelled.setdefault((row.project_id, row.build), []).append(row)
    for (project_id, name), of_build in labelled.items():
        _make_build(connection, project_id, name, of_build)


def _quoted(name: str) -> str:
    return f'"{name}"'


def _make_build(connection: sa.Connection, project_id: str, name: str, rows: list[Any]) -> None:
    shots = {_shot_name(row): row for row in rows}  # of the same name the last
    counts = Counter(_section(row) for row in shots.values())
    running = counts["running"] > 0
    build = {
        "id": token_hex(16),
        "project_id": project_id,
        "name": name,
        "branch": rows[-1].branch,
        "commit": rows[-1].commit,
        "verdict": None if running else _verdict(counts),
        "shards_done": [],
        "counts": None if running else {"shots": len(shots), "missing": 0, **counts},
        "missing": None if running else [],
        "created_at": rows[0].created_at,
        "concluded_at": None if running else max(_ended(row) for row in rows),
    }
    connection.execute(BUILDS.insert(), [build])
    connection.execute(
        SHOTS.insert(),
        [
            {
                "id": token_hex(16),
                "build_id": build["id"],
                "name": shot,
                "variant": variant,
                "testcase_id": row.testcase_id,
                "task_id": row.task_id,
                "comparison_id": row.id,
                "created_at": row.created_at,
            }
            for (shot, variant), row in shots.items()
        ],
    )
    connection.execute(
        sa.text("UPDATE comparisons SET build_id = :id WHERE project_id = :project AND build = :name"),
        {"id": build["id"], "project": project_id, "name": name},
    )


def _shot_name(row: Any) -> tuple[str, str]:
    return row.testcase or f"pair {row.id[:8]}", row.testcase_variant or row.variant or ""


def _section(row: Any) -> str:
    if row.verdict is None:
        return "error" if row.state in FINAL else "running"
    return str(row.review if row.review != "unreviewed" else row.verdict)


def _verdict(counts: "Counter[str]") -> str:
    if counts["error"]:
        return "error"
    return "failed" if counts["failed"] or counts["rejected"] else "passed"


def _ended(row: Any) -> datetime:
    ended: datetime = row.finished_at or row.created_at
    return ended
