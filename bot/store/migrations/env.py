"""What Alembic runs: migrates the connection that it is given, or compares it with the tables of the code."""

from __future__ import annotations

from alembic import context

from bot.store import conversation_tables, csat, entries, knowledge, order_changes, shop, signing_keys, sites, sources, users
from bot.store.database import metadata

TABLES = (conversation_tables, csat, entries, knowledge, order_changes, shop, signing_keys, sites, sources, users)

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
