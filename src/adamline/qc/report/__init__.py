"""Reports of a comparison, all from one model: terminal, text, JSON, HTML, xlsx."""
