"""The night watch: what is due when, who is told of it once, who has it, and what each morning says."""
