// Composition root: builds everything and wires it, nothing else.
