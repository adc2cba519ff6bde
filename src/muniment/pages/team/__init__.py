"""The team of a request: inviting, joining, and the supervisor's word."""
