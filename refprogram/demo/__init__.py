"""An invented company with two years of its reference programme, made by the program's own actions in time order."""
