"""Random calls of every loss, on every library, against an oracle written from the documentation."""
