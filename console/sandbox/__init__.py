"""The other end of the line: the Voice API itself, on this machine."""
