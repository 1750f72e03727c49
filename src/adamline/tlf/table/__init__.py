"""Lay out tables: results of a tree of rows become the rows and columns of a layout."""
