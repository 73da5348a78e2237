"""How it answers: selection, verified quotes, answers, and the ways they reach people."""
