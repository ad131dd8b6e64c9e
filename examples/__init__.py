"""Small real programs that speak with Kigen from the other side."""
