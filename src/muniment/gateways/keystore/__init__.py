"""Keys, kept apart from the database and from its backup; the database holds their names only."""
