"""How sure the reader is of each text, and what an analysis left out."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("elements", sa.Column("text_confidence", sa.Double(), nullable=True))
    op.add_column("analyses", sa.Column("limits", sa.JSON(), nullable=True))
