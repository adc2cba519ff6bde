"""What the three gates read: what was sent, what the system found, what was counted and judged."""
