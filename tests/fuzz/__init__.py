"""`make fuzz`: rules, forms, imports, files and calls with tens of thousands of made-up cases; in the suite a few."""
