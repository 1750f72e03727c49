"""Published against computed: the printed cells of a paper, held against the results of a run."""
