"""Tables, listings and figures: results laid out, paginated once, rendered by each writer."""
