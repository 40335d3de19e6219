"""What Alembic runs: migrates the connection that it is given, or compares it with the tables of the code."""

from __future__ import annotations

from alembic import context

from bot.store import tables  # noqa: F401 -- so that the metadata knows them
from bot.store.database import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
