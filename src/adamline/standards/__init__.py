"""Facts of the standards, and of SAS, that more than one layer must honour."""
