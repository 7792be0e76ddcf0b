"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "analyses",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("pixel_digest", sa.String(length=64), nullable=False),
        sa.Column("detector_version", sa.String(length=100), nullable=False),
        sa.Column("reader_version", sa.String(length=100), nullable=False),
        sa.Column("ocr_engine", sa.String(length=100), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("timings_ms", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_analyses"),
        sa.UniqueConstraint(
            "pixel_digest",
            "detector_version",
            "reader_version",
            name="uq_analyses_pixel_digest_detector_version_reader_version",
        ),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("name", name="uq_api_keys_name"),
        sa.UniqueConstraint("sha256", name="uq_api_keys_sha256"),
    )
    op.create_table(
        "blobs",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_blobs"),
    )
    op.create_table(
        "locks",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=36), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_locks"),
    )
    op.create_table(
        "projects",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
        sa.UniqueConstraint("name", name="uq_projects_name"),
    )
    op.create_table(
        "artifacts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("comparison_id", sa.String(length=36), nullable=True),
        sa.Column("analysis_id", sa.String(length=36), nullable=True),
        sa.Column("source_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["analysis_id"], ["analyses.id"], name="fk_artifacts_analysis_id_analyses", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sha256"], ["blobs.sha256"], name="fk_artifacts_sha256_blobs"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["artifacts.id"], name="fk_artifacts_source_id_artifacts", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_artifacts"),
        sa.UniqueConstraint("comparison_id", "kind", name="uq_artifacts_comparison_id_kind"),
        sa.UniqueConstraint("source_id", "analysis_id", "kind", name="uq_artifacts_source_id_analysis_id_kind"),
    )
    op.create_index("ix_artifacts_analysis_id", "artifacts", ["analysis_id"])
    op.create_index("ix_artifacts_sha256", "artifacts", ["sha256"])

    op.create_table(
        "elements",
        sa.Column("analysis_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("element_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["analysis_id"], ["analyses.id"], name="fk_elements_analysis_id_analyses", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("analysis_id", "position", name="pk_elements"),
    )
    op.create_table(
        "testcases",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("variant", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_testcases_project_id_projects"),
        sa.PrimaryKeyConstraint("id", name="pk_testcases"),
        sa.UniqueConstraint("project_id", "name", "variant", name="uq_testcases_project_id_name_variant"),
    )
    op.create_table(
        "references",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("testcase_id", sa.String(length=36), nullable=False),
        sa.Column("branch", sa.String(length=200), nullable=False),
        sa.Column("artifact_id", sa.String(length=36), nullable=False),
        sa.Column("analysis_id", sa.String(length=36), nullable=True),
        sa.Column("approved_by", sa.String(length=200), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["analysis_id"], ["analyses.id"], name="fk_references_analysis_id_analyses"),
        sa.ForeignKeyConstraint(["artifact_id"], ["artifacts.id"], name="fk_references_artifact_id_artifacts"),
        sa.ForeignKeyConstraint(
            ["testcase_id"], ["testcases.id"], name="fk_references_testcase_id_testcases", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_references"),
    )
    op.create_index("ix_references_analysis_id", "references", ["analysis_id"])
    op.create_index("ix_references_artifact_id", "references", ["artifact_id"])
    op.create_index("ix_references_current", "references", ["testcase_id", "branch", "superseded_at"])

    op.create_table(
        "tasks",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("testcase_id", sa.String(length=36), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("error_type", sa.String(length=100), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("claim_token", sa.String(length=36), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dispatch", sa.String(length=10), nullable=False),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["testcase_id"], ["testcases.id"], name="fk_tasks_testcase_id_testcases", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
    )
    op.create_index("ix_tasks_created_at", "tasks", ["created_at"])
    op.create_index("ix_tasks_open", "tasks", ["state", "run_after"])
    op.create_index("ix_tasks_testcase_id", "tasks", ["testcase_id"])

    op.create_table(
        "comparisons",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("testcase_id", sa.String(length=36), nullable=True),
        sa.Column("reference_id", sa.String(length=36), nullable=True),
        sa.Column("reference_artifact_id", sa.String(length=36), nullable=False),
        sa.Column("actual_artifact_id", sa.String(length=36), nullable=False),
        sa.Column("reference_analysis_id", sa.String(length=36), nullable=True),
        sa.Column("actual_analysis_id", sa.String(length=36), nullable=True),
        sa.Column("branch", sa.String(length=200), nullable=True),
        sa.Column("variant", sa.String(length=200), nullable=True),
        sa.Column("build", sa.String(length=200), nullable=True),
        sa.Column("commit", sa.String(length=200), nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=True),
        sa.Column("rule", sa.String(length=40), nullable=True),
        sa.Column("review", sa.String(length=12), nullable=False),
        sa.Column("reviewed_by", sa.String(length=200), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reference_size", sa.JSON(), nullable=True),
        sa.Column("actual_size", sa.JSON(), nullable=True),
        sa.Column("ssim", sa.Double(), nullable=True),
        sa.Column("changed_ratio", sa.Double(), nullable=True),
        sa.Column("unexplained_ratio", sa.Double(), nullable=True),
        sa.Column("alignment", sa.JSON(), nullable=True),
        sa.Column("unexplained", sa.JSON(), nullable=True),
        sa.Column("noise", sa.JSON(), nullable=True),
        sa.Column("coverage", sa.JSON(), nullable=True),
        sa.Column("versions", sa.JSON(), nullable=True),
        sa.Column("timings_ms", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["actual_analysis_id"], ["analyses.id"], name="fk_comparisons_actual_analysis_id_analyses"
        ),
        sa.ForeignKeyConstraint(
            ["actual_artifact_id"], ["artifacts.id"], name="fk_comparisons_actual_artifact_id_artifacts"
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_comparisons_project_id_projects"),
        sa.ForeignKeyConstraint(
            ["reference_analysis_id"], ["analyses.id"], name="fk_comparisons_reference_analysis_id_analyses"
        ),
        sa.ForeignKeyConstraint(
            ["reference_artifact_id"], ["artifacts.id"], name="fk_comparisons_reference_artifact_id_artifacts"
        ),
        sa.ForeignKeyConstraint(
            ["reference_id"], ["references.id"], name="fk_comparisons_reference_id_references", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_comparisons_task_id_tasks"),
        sa.ForeignKeyConstraint(
            ["testcase_id"], ["testcases.id"], name="fk_comparisons_testcase_id_testcases", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_comparisons"),
        sa.UniqueConstraint("task_id", name="uq_comparisons_task_id"),
    )
    op.create_index("ix_comparisons_page", "comparisons", ["created_at", "id"])
    op.create_index("ix_comparisons_reference_artifact_id", "comparisons", ["reference_artifact_id"])
    op.create_index("ix_comparisons_actual_artifact_id", "comparisons", ["actual_artifact_id"])
    op.create_index("ix_comparisons_project_id", "comparisons", ["project_id"])
    op.create_index("ix_comparisons_reference_id", "comparisons", ["reference_id"])
    op.create_index("ix_comparisons_testcase_id", "comparisons", ["testcase_id"])
    op.create_index("ix_comparisons_verdict", "comparisons", ["verdict"])

    op.create_table(
        "defects",
        sa.Column("comparison_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("defect_id", sa.String(length=20), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("cause_id", sa.String(length=20), nullable=True),
        sa.Column("element_kind", sa.String(length=20), nullable=True),
        sa.Column("element_text", sa.Text(), nullable=False),
        sa.Column("reference_box", sa.JSON(), nullable=True),
        sa.Column("actual_box", sa.JSON(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("ignored_reason", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["comparison_id"], ["comparisons.id"], name="fk_defects_comparison_id_comparisons", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("comparison_id", "position", name="pk_defects"),
    )
    op.create_index("ix_defects_type", "defects", ["type"])

    op.create_table(
        "notifications",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("comparison_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("claim_token", sa.String(length=36), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["comparison_id"], ["comparisons.id"], name="fk_notifications_comparison_id_comparisons", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_notifications"),
        sa.UniqueConstraint("comparison_id", "channel", name="uq_notifications_comparison_id_channel"),
    )
    op.create_index("ix_notifications_state", "notifications", ["state"])
