"""What the Voice API says: its words, shapes, limits and tokens. Pure."""
