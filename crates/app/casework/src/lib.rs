//! Use cases of casework: cases, people, notes, tasks, filings.
