"""What Alembic runs: migrates the connection that it is given, or compares it with the tables of the code."""

from __future__ import annotations

from alembic import context

from bot.store.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
