"""The linker's own schema, `tocsin_linker`."""
