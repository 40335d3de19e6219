"""What to do about a message: a pure decision from what was understood and the state of the conversation."""
