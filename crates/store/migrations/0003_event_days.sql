-- Events over HTTP: the import that stands for what a source sent in a day, and how far the ledger has
-- been screened as it grows.
--# room payments
CREATE TABLE event_days (
  organisation_id ID NOT NULL,
  day TEXT NOT NULL,
  source TEXT NOT NULL,
  lawful_basis TEXT NOT NULL,
  import_id ID NOT NULL REFERENCES imports (id),
  PRIMARY KEY (organisation_id, day, source, lawful_basis)
) KEYED;

CREATE TABLE live_screening (
  organisation_id ID NOT NULL PRIMARY KEY,
  through INT NOT NULL,
  changed_at INSTANT NOT NULL
);
