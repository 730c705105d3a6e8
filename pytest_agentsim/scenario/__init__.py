"""The scenario file: its format, its rules, and what the rest of the package reads from it."""
