"""What is kept for those who run the program."""

from operations.models.task_run import TaskRun

__all__ = ["TaskRun"]
