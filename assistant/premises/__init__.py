"""What a question takes for granted, compared with the words found: a module for each sort of thing."""
