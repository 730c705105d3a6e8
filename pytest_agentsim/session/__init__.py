"""The protocols that a call can speak, as pure state machines, and the connection that carries them."""
