"""Where checkpoints lie outside the database, so that an old copy of it can be told."""
