"""Writers of a paginated layout."""
