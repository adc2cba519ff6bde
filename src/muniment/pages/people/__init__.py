"""People at the door: signing in and up, the second factor, one's own profile."""
