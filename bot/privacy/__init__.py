"""What keeps customers' personal data out of logs and away from models that run elsewhere."""
