"""What can be said of a finished call in numbers: one module a family, and a registry of all."""
