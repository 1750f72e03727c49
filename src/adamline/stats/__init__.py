"""Statistics, each as the SAS procedure and option it names."""
