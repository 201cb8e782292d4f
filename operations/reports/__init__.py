"""What those look at who keep the program running."""
