-- Banks of known hashes: what a list of hashes was becomes a bank with settings of its own, its
-- entries contents with any number of signals.
--# room hashes
CREATE TABLE banks (
  id ID NOT NULL PRIMARY KEY,
  organisation_id ID NOT NULL REFERENCES organisations (id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  taxonomy TEXT,
  distance INT NOT NULL,
  enabled_ppm INT NOT NULL,
  flood_limit INT NOT NULL,
  contents INT NOT NULL,
  created_at INSTANT NOT NULL,
  changed_at INSTANT NOT NULL,
  UNIQUE (organisation_id, name)
);

CREATE TABLE bank_contents (
  organisation_id ID NOT NULL,
  number INT NOT NULL,
  bank_id ID NOT NULL REFERENCES banks (id),
  source_key BYTES NOT NULL,
  source_at INSTANT,
  mark INT,
  state TEXT NOT NULL,
  opinion TEXT,
  disabled_until INSTANT,
  taxonomy TEXT,
  classification TEXT,
  note TEXT,
  import_id ID,
  created_at INSTANT NOT NULL,
  PRIMARY KEY (organisation_id, number)
) KEYED;
CREATE UNIQUE INDEX bank_contents_by_source ON bank_contents (bank_id, source_key);
CREATE INDEX bank_contents_of_bank ON bank_contents (bank_id, number);
CREATE INDEX bank_contents_aside ON bank_contents (bank_id) WHERE state = 'quarantined';

CREATE TABLE bank_signals (
  organisation_id ID NOT NULL,
  digest BYTES NOT NULL,
  algorithm TEXT NOT NULL,
  content INT NOT NULL,
  PRIMARY KEY (organisation_id, digest, algorithm, content)
) KEYED;
CREATE INDEX bank_signals_of_content ON bank_signals (organisation_id, content);

CREATE TABLE bank_opinions (
  id ID NOT NULL PRIMARY KEY,
  organisation_id ID NOT NULL,
  bank_id ID NOT NULL REFERENCES banks (id),
  content INT NOT NULL,
  user_id ID NOT NULL,
  verdict TEXT NOT NULL,
  reason BYTES NOT NULL,
  at INSTANT NOT NULL
);
CREATE INDEX bank_opinions_of_content ON bank_opinions (organisation_id, content, at);

CREATE TABLE bank_hits (
  organisation_id ID NOT NULL,
  content INT NOT NULL,
  day INT NOT NULL,
  hits INT NOT NULL,
  PRIMARY KEY (organisation_id, content, day)
) KEYED;

CREATE TABLE seen_hashes (
  organisation_id ID NOT NULL,
  digest BYTES NOT NULL,
  algorithm TEXT NOT NULL,
  reference TEXT NOT NULL,
  seen_at INSTANT NOT NULL,
  matched INT,
  PRIMARY KEY (organisation_id, digest, algorithm, reference)
) KEYED;
CREATE INDEX seen_hashes_by_time ON seen_hashes (organisation_id, seen_at);

CREATE TABLE bank_exchanges (
  id ID NOT NULL PRIMARY KEY,
  organisation_id ID NOT NULL REFERENCES organisations (id),
  bank_id ID NOT NULL REFERENCES banks (id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  enabled BOOL NOT NULL,
  sealed BYTES NOT NULL,
  checkpoint BYTES,
  taken INT NOT NULL,
  run_at INSTANT,
  problem TEXT,
  created_at INSTANT NOT NULL,
  UNIQUE (organisation_id, name)
);

INSERT INTO banks (id, organisation_id, name, kind, taxonomy, distance, enabled_ppm, flood_limit, contents, created_at, changed_at)
  SELECT l.id, l.organisation_id, l.name, 'known', NULL, 31, 1000000, 100,
    (SELECT COUNT(*) FROM hash_entries e WHERE e.list_id = l.id), l.created_at, l.created_at FROM hash_lists l;
INSERT INTO bank_signals (organisation_id, digest, algorithm, content)
  SELECT organisation_id, digest, algorithm,
    ROW_NUMBER() OVER (PARTITION BY organisation_id ORDER BY list_id, algorithm, digest) FROM hash_entries;
--# only sqlite
INSERT INTO bank_contents (organisation_id, number, bank_id, source_key, state, taxonomy, classification, note, import_id, created_at)
  SELECT e.organisation_id, ROW_NUMBER() OVER (PARTITION BY e.organisation_id ORDER BY e.list_id, e.algorithm, e.digest),
    e.list_id, CAST(CAST(e.algorithm AS BLOB) || x'3a' || e.digest AS BLOB), 'live', e.taxonomy, e.classification, e.note, e.import_id, l.created_at
    FROM hash_entries e JOIN hash_lists l ON l.id = e.list_id;
--# only postgres
INSERT INTO bank_contents (organisation_id, number, bank_id, source_key, state, taxonomy, classification, note, import_id, created_at)
  SELECT e.organisation_id, ROW_NUMBER() OVER (PARTITION BY e.organisation_id ORDER BY e.list_id, e.algorithm, e.digest),
    e.list_id, CONVERT_TO(e.algorithm, 'UTF8') || CAST('\x3a' AS BYTEA) || e.digest, 'live', e.taxonomy, e.classification, e.note, e.import_id, l.created_at
    FROM hash_entries e JOIN hash_lists l ON l.id = e.list_id;
--# room hashes
INSERT INTO counters (organisation_id, name, value)
  SELECT organisation_id, 'bank-contents-matched', COUNT(*) FROM hash_entries GROUP BY organisation_id;
INSERT INTO counters (organisation_id, name, value)
  SELECT organisation_id, 'bank-contents', COUNT(*) FROM hash_entries GROUP BY organisation_id;
DROP TABLE hash_entries;
DROP TABLE hash_lists;
