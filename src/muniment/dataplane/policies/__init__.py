"""Standards that ship with the program, each a JSON file with its source; `policy.standards`."""
