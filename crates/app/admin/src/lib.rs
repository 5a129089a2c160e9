//! Use cases of keeping house: organisations, users, sessions, keys, journal.
