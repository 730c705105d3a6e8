"""Audio of voice calls: speech in and out, the playback clock, turn ends, recordings."""
