"""Messages to customers who want them: who gets one and why, what it says, and that it is sent once."""
