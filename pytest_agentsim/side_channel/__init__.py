"""What a caller does on a call beside speaking: it looks data up and sends text and client messages."""
