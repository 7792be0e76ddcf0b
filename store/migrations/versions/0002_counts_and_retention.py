"""Counters for /metrics, and what the cleanup needs: when an analysis was last used, and who uses it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counts",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("labels", sa.String(length=300), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", "labels", name="pk_counts"),
    )
    op.add_column("analyses", sa.Column("used_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE analyses SET used_at = created_at")
    with op.batch_alter_table("analyses") as table:
        table.alter_column("used_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        table.create_index("ix_analyses_used_at", ["used_at"])
    for column in ("reference_analysis_id", "actual_analysis_id"):
        op.create_index(f"ix_comparisons_{column}", "comparisons", [column])
