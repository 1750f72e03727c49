"""What a page says of an output without records, where its spec says nothing else."""

EMPTY_TEXT = "No records meet the criteria of this output."
