"""Numbered changes of the database; :func:`bot.store.schema.upgrade` applies them."""
