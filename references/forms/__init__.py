"""Forms of the grid and the quarters: they validate, actions save. A module per noun."""
