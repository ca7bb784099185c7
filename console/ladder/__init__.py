"""One call on one time axis: who told whom what, drawn and exported. Pure."""
