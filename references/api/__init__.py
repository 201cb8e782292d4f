"""The API of customers, the grid and the quarters: the same actions and permissions as the pages."""
