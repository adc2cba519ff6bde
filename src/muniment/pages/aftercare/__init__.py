"""After the release: what those with the data owe, and what the office sees and decides."""
