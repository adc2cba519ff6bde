"""What an administrator changes in the browser: rules by new editions, and who sits where."""
