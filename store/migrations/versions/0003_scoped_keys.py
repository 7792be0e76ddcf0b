"""Keys with scopes, projects and an end; tasks know their project, so that a key sees those of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("api_keys") as table:
        # Keys that were made before there were scopes could do everything.
        table.add_column(sa.Column("scopes", sa.String(length=100), nullable=False, server_default="admin"))
        table.add_column(sa.Column("projects", sa.JSON(), nullable=True))
        table.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("api_keys") as table:
        table.alter_column("scopes", server_default=None, existing_type=sa.String(length=100), existing_nullable=False)
    with op.batch_alter_table("tasks") as table:
        table.add_column(sa.Column("project_id", sa.String(length=36), nullable=True))
        table.create_foreign_key("fk_tasks_project_id_projects", "projects", ["project_id"], ["id"])
        table.create_index("ix_tasks_project_id", ["project_id"])
        table.create_index("ix_tasks_subject_id", ["subject_id"])
    op.execute(
        "UPDATE tasks SET project_id = coalesce("
        "(SELECT project_id FROM comparisons WHERE comparisons.task_id = tasks.id), "
        "(SELECT project_id FROM testcases WHERE testcases.id = tasks.testcase_id))"
    )
