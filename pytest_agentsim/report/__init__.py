"""What a person and a CI system get to see of the calls."""
