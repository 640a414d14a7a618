"""Where losses already work: bridges to other libraries, each imported on first need."""
