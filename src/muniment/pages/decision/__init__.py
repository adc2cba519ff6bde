"""The decision: prepared, made, told, and its conditions until they are closed."""
