"""What the office sees of requests: its queue, and each request with one tab for each room."""
