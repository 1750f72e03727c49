"""Analysis results: one long table of numbers, their display and the records behind them."""
