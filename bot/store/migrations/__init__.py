"""Numbered changes of the database; :func:`bot.store.database.upgrade` applies them."""
