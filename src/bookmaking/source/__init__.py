"""Pages and notebooks as their authors wrote them: their cells, passages, directives and roles."""
