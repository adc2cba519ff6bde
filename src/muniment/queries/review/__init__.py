"""What the committee may read, for whom, and since when: one door, then what lies behind it."""
