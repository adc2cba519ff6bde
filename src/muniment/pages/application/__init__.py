"""Writing a request: its form section by section, its data, its team, and sending it."""
