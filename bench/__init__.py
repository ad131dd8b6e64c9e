"""What is measured: `python -m bench.intake`, `python -m bench.worklist`, and both: `python -m bench`."""
