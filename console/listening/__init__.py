"""What the console hears: sockets of the platform, what is told of their sound, speakers, files."""
