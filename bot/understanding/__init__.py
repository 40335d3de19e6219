"""From a message to an :class:`bot.types.Understanding`: language, intent, sentiment, entities, follow-up rewriting."""
