"""How a person of the shop is called and takes a conversation over: link, summary, notifications."""
