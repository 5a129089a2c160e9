-- The foundation's tables, in one text for both engines.
--
-- Column types are neutral words that `schema.rs` renders: ID (BLOB / UUID), INSTANT (INTEGER
-- microseconds / TIMESTAMPTZ), BYTES (BLOB / BYTEA), INT (INTEGER / BIGINT), BOOL (INTEGER /
-- BOOLEAN), TEXT. A line `--# room NAME` starts the tables of a room, which are made only where
-- the installation's profile has that room; `--# only ENGINE` starts statements of one engine.
-- Personal fields are BYTES and sealed before they come here; tokens are blind.

--# room core
CREATE TABLE meta (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE organisations (
  id ID NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  links_across BOOL NOT NULL,
  created_at INSTANT NOT NULL
);

CREATE TABLE organisation_keys (
  organisation_id ID NOT NULL PRIMARY KEY REFERENCES organisations (id),
  seal BYTES NOT NULL,
  blind BYTES NOT NULL,
  root TEXT NOT NULL,
  rotated_at INSTANT NOT NULL
);

CREATE TABLE record_keys (
  record_id ID NOT NULL PRIMARY KEY,
  organisation_id ID NOT NULL REFERENCES organisations (id),
  wrapped BYTES NOT NULL
);
CREATE INDEX record_keys_by_organisation ON record_keys (organisation_id, record_id);

CREATE TABLE users (
  id ID NOT NULL PRIMARY KEY,
  organisation_id ID NOT NULL REFERENCES organisations (id),
  name TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  roles TEXT NOT NULL,
  password TEXT NOT NULL,
  must_change BOOL NOT NULL,
  totp BYTES,
  totp_step INT,
  failures INT NOT NULL,
  locked_until INSTANT,
  disabled_at INSTANT,
  guest_case_id ID,
  guest_until INSTANT,
  created_at INSTANT NOT NULL
);

CREATE TABLE sessions (
  id ID NOT NULL PRIMARY KEY,
  token BYTES NOT NULL UNIQUE,
  user_id ID NOT NULL REFERENCES users (id),
  csrf TEXT NOT NULL,
  awaits_totp BOOL NOT NULL,
  created_at INSTANT NOT NULL,
  seen_at INSTANT NOT NULL,
  strong_until INSTANT,
  ends_at INSTANT NOT NULL,
  ended_at INSTANT
);
CREATE INDEX sessions_by_user ON sessions (user_id, created_at);

CREATE TABLE api_tokens (
  id ID NOT NULL PRIMARY KEY,
  token BYTES NOT NULL UNIQUE,
  user_id ID NOT NULL REFERENCES users (id),
  label TEXT NOT NULL,
  created_at INSTANT NOT NULL,
  ends_at INSTANT NOT NULL,
  revoked_at INSTANT
);

CREATE TABLE imports (
  id ID NOT NULL PRIMARY KEY,
  organisation_id ID NOT NULL REFERENCES organisations (id),
  number INT NOT NULL,
  source TEXT NOT NULL,
  lawful_basis TEXT NOT NULL,
  kind TEXT,
  state TEXT NOT NULL,
  name BYTES NOT NULL,
  mapping BYTES,
  digest BYTES,
  size INT NOT NULL,
  read INT NOT NULL,
  accepted INT NOT NULL,
  known INT NOT NULL,
  rejected INT NOT NULL,
  problem TEXT,
  same_as_id ID,
  created_by_id ID NOT NULL,
  created_at INSTANT NOT NULL,
  changed_at INSTANT NOT NULL,
  UNIQUE (organisation_id, number)
);
CREATE UNIQUE INDEX imports_once ON imports (organisation_id, digest)
  WHERE state IN ('received', 'processing', 'done');
CREATE INDEX imports_by_time ON imports (organisation_id, created_at, id);

CREATE TABLE original_chunks (
  import_id ID NOT NULL REFERENCES imports (id),
  ordinal INT NOT NULL,
  sealed BYTES NOT NULL,
  PRIMARY KEY (import_id, ordinal)
);

CREATE TABLE import_rejects (
  import_id ID NOT NULL REFERENCES imports (id),
  ordinal INT NOT NULL,
  line INT NOT NULL,
  sealed BYTES NOT NULL,
  PRIMARY KEY (import_id, ordinal)
);

CREATE TABLE identifiers (
  organisation_id ID NOT NULL,
  kind TEXT NOT NULL,
  token BYTES NOT NULL,
  record_kind TEXT NOT NULL,
  record_id ID NOT NULL,
  ordinal INT NOT NULL,
  role TEXT NOT NULL,
  seen_at INSTANT,
  sealed BYTES NOT NULL,
  PRIMARY KEY (record_id, ordinal)
);
CREATE INDEX identifiers_by_token ON identifiers (organisation_id, token, record_kind, record_id);

CREATE TABLE shares (
  id ID NOT NULL PRIMARY KEY,
  organisation_id ID NOT NULL REFERENCES organisations (id),
  record_kind TEXT NOT NULL,
  record_id ID NOT NULL,
  to_id ID NOT NULL REFERENCES organisations (id),
  compartment TEXT NOT NULL,
  mask TEXT NOT NULL,
  purpose TEXT NOT NULL,
  ends_at INSTANT NOT NULL,
  created_by_id ID NOT NULL,
  created_at INSTANT NOT NULL,
  revoked_at INSTANT
);
CREATE INDEX shares_by_record ON shares (record_id);

CREATE TABLE jobs (
  id ID NOT NULL PRIMARY KEY,
  organisation_id ID NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INT NOT NULL,
  run_at INSTANT NOT NULL,
  lease_until INSTANT,
  problem TEXT,
  created_at INSTANT NOT NULL,
  finished_at INSTANT
);
CREATE UNIQUE INDEX jobs_once ON jobs (organisation_id, kind, subject) WHERE state = 'waiting';
CREATE INDEX jobs_to_run ON jobs (state, run_at);

CREATE TABLE idempotency_keys (
  user_id ID NOT NULL,
  key TEXT NOT NULL,
  request BYTES NOT NULL,
  status INT,
  answer BYTES,
  created_at INSTANT NOT NULL,
  PRIMARY KEY (user_id, key)
);

CREATE TABLE counters (
  organisation_id ID NOT NULL,
  name TEXT NOT NULL,
  value INT NOT NULL,
  PRIMARY KEY (organisation_id, name)
);

CREATE TABLE journal_entries (
  id ID NOT NULL PRIMARY KEY,
  organisation_id ID,
  at INSTANT NOT NULL,
  actor TEXT NOT NULL,
  actor_id ID,
  action TEXT NOT NULL,
  record_kind TEXT NOT NULL,
  record_id ID,
  purpose TEXT NOT NULL,
  reason BYTES,
  request_id ID NOT NULL,
  detail TEXT NOT NULL
);
CREATE INDEX journal_by_record ON journal_entries (record_id, at, id);
CREATE INDEX journal_by_time ON journal_entries (at, id);

CREATE TABLE journal_waiting (
  entry_id ID NOT NULL PRIMARY KEY
);

CREATE TABLE journal_positions (
  sequence INT NOT NULL PRIMARY KEY,
  entry_id ID NOT NULL UNIQUE,
  leaf BYTES NOT NULL
);

CREATE TABLE journal_heads (
  batch INT NOT NULL PRIMARY KEY,
  first INT NOT NULL,
  last INT NOT NULL,
  root BYTES NOT NULL,
  previous BYTES NOT NULL,
  at INSTANT NOT NULL,
  signature BYTES NOT NULL
);

--# only sqlite
CREATE TRIGGER journal_entries_kept BEFORE DELETE ON journal_entries
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_entries_fixed BEFORE UPDATE ON journal_entries
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_positions_kept BEFORE DELETE ON journal_positions
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_positions_fixed BEFORE UPDATE ON journal_positions
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_heads_kept BEFORE DELETE ON journal_heads
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_heads_fixed BEFORE UPDATE ON journal_heads
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
--# only postgres
CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$;
CREATE TRIGGER journal_entries_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entries
FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();
CREATE TRIGGER journal_positions_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_positions
FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();
CREATE TRIGGER journal_heads_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_heads
FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();

--# room payments
CREATE TABLE parties (
  id ID NOT NULL PRIMARY KEY,
  organisation_id ID NOT NULL REFERENCES organisations (id),
  token BYTES NOT NULL,
  kind TEXT,
  country TEXT,
  sealed BYTES NOT NULL,
  import_id ID NOT NULL,
  created_at INSTANT NOT NULL,
  UNIQUE (organisation_id, token)
);

CREATE TABLE event_segments (
  id ID NOT NULL PRIMARY KEY,
  organisation_id ID NOT NULL REFERENCES organisations (id),
  import_id ID NOT NULL,
  month TEXT NOT NULL,
  first_sequence INT NOT NULL,
  events INT NOT NULL,
  first_at INSTANT NOT NULL,
  last_at INSTANT NOT NULL,
  digest BYTES NOT NULL,
  sealed BYTES NOT NULL
);
CREATE INDEX event_segments_in_order ON event_segments (organisation_id, first_sequence);
CREATE INDEX event_segments_by_time ON event_segments (organisation_id, month, first_sequence);

CREATE TABLE event_keys (
  organisation_id ID NOT NULL,
  token BYTES NOT NULL,
  PRIMARY KEY (organisation_id, token)
) KEYED;

--# room hashes
CREATE TABLE hash_lists (
  id ID NOT NULL PRIMARY KEY,
  organisation_id ID NOT NULL REFERENCES organisations (id),
  name TEXT NOT NULL,
  created_at INSTANT NOT NULL,
  UNIQUE (organisation_id, name)
);

CREATE TABLE hash_entries (
  list_id ID NOT NULL REFERENCES hash_lists (id),
  organisation_id ID NOT NULL,
  algorithm TEXT NOT NULL,
  digest BYTES NOT NULL,
  taxonomy TEXT,
  classification TEXT,
  note TEXT,
  import_id ID NOT NULL,
  PRIMARY KEY (list_id, algorithm, digest)
);
CREATE INDEX hash_entries_by_digest ON hash_entries (organisation_id, digest, algorithm);

--# room reports
CREATE TABLE reports (
  id ID NOT NULL PRIMARY KEY,
  organisation_id ID NOT NULL REFERENCES organisations (id),
  number INT NOT NULL,
  year INT NOT NULL,
  source TEXT NOT NULL,
  channel TEXT NOT NULL,
  state TEXT NOT NULL,
  received_at INSTANT NOT NULL,
  due_at INSTANT NOT NULL,
  level INT NOT NULL,
  score INT NOT NULL,
  reasons TEXT NOT NULL,
  place TEXT NOT NULL,
  sealed BYTES NOT NULL,
  document BYTES,
  import_id ID,
  external BYTES NOT NULL,
  links INT NOT NULL,
  matches INT NOT NULL,
  assignee_id ID,
  case_id ID,
  merged_into_id ID,
  decided_at INSTANT,
  UNIQUE (organisation_id, year, number),
  UNIQUE (organisation_id, external)
);
CREATE INDEX reports_queue ON reports (organisation_id, state, level, score, received_at, id);
CREATE INDEX reports_by_case ON reports (case_id);

CREATE TABLE report_hashes (
  report_id ID NOT NULL REFERENCES reports (id),
  organisation_id ID NOT NULL,
  file INT NOT NULL,
  algorithm TEXT NOT NULL,
  digest BYTES NOT NULL,
  PRIMARY KEY (report_id, file, algorithm)
);
CREATE INDEX report_hashes_by_digest ON report_hashes (organisation_id, digest, algorithm);

CREATE TABLE report_links (
  organisation_id ID NOT NULL,
  first_id ID NOT NULL REFERENCES reports (id),
  second_id ID NOT NULL REFERENCES reports (id),
  strength TEXT NOT NULL,
  reasons TEXT NOT NULL,
  created_at INSTANT NOT NULL,
  PRIMARY KEY (first_id, second_id)
);
CREATE INDEX report_links_back ON report_links (second_id);

CREATE TABLE decisions (
  id ID NOT NULL PRIMARY KEY,
  organisation_id ID NOT NULL,
  report_id ID NOT NULL REFERENCES reports (id),
  kind TEXT NOT NULL,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  target_id ID,
  sealed BYTES NOT NULL,
  decided_by_id ID NOT NULL,
  decided_at INSTANT NOT NULL,
  left_house_at INSTANT,
  undone_by_id ID,
  undone_at INSTANT
);
CREATE INDEX decisions_by_report ON decisions (report_id, decided_at, id);

--# room alerts
CREATE TABLE alerts (
  id ID NOT NULL PRIMARY KEY,
  organisation_id ID NOT NULL REFERENCES organisations (id),
  number INT NOT NULL,
  year INT NOT NULL,
  kind TEXT NOT NULL,
  typology TEXT NOT NULL,
  version TEXT NOT NULL,
  state TEXT NOT NULL,
  score INT NOT NULL,
  dedup BYTES NOT NULL,
  party_id ID,
  report_id ID,
  first_at INSTANT NOT NULL,
  last_at INSTANT NOT NULL,
  sealed BYTES NOT NULL,
  created_at INSTANT NOT NULL,
  reviewed_by_id ID,
  reviewed_at INSTANT,
  outcome BYTES,
  escalated_to_id ID,
  UNIQUE (organisation_id, year, number),
  UNIQUE (organisation_id, dedup)
);
CREATE INDEX alerts_desk ON alerts (organisation_id, state, score, created_at, id);
CREATE INDEX alerts_by_report ON alerts (report_id);
CREATE INDEX alerts_by_party ON alerts (party_id);

--# room cases
CREATE TABLE cases (
  id ID NOT NULL PRIMARY KEY,
  organisation_id ID NOT NULL REFERENCES organisations (id),
  number INT NOT NULL,
  year INT NOT NULL,
  investigation TEXT NOT NULL,
  prosecution TEXT NOT NULL,
  aftercare TEXT NOT NULL,
  lead_id ID,
  level INT NOT NULL,
  sealed BYTES NOT NULL,
  opened_by_id ID NOT NULL,
  opened_at INSTANT NOT NULL,
  changed_at INSTANT NOT NULL,
  withdrawn_at INSTANT,
  UNIQUE (organisation_id, year, number)
);
CREATE INDEX cases_by_change ON cases (organisation_id, changed_at, id);

CREATE TABLE people (
  id ID NOT NULL PRIMARY KEY,
  case_id ID NOT NULL REFERENCES cases (id),
  organisation_id ID NOT NULL,
  role TEXT NOT NULL,
  pseudonym TEXT NOT NULL,
  child BOOL NOT NULL,
  sealed BYTES NOT NULL,
  since INSTANT NOT NULL,
  until INSTANT,
  created_by_id ID NOT NULL
);
CREATE INDEX people_by_case ON people (case_id, since, id);

CREATE TABLE notes (
  id ID NOT NULL PRIMARY KEY,
  case_id ID NOT NULL REFERENCES cases (id),
  sealed BYTES NOT NULL,
  created_by_id ID NOT NULL,
  created_at INSTANT NOT NULL
);
CREATE INDEX notes_by_case ON notes (case_id, created_at, id);

CREATE TABLE tasks (
  id ID NOT NULL PRIMARY KEY,
  case_id ID NOT NULL REFERENCES cases (id),
  sealed BYTES NOT NULL,
  due_at INSTANT,
  assignee_id ID,
  created_by_id ID NOT NULL,
  created_at INSTANT NOT NULL,
  done_by_id ID,
  done_at INSTANT
);
CREATE INDEX tasks_by_case ON tasks (case_id, created_at, id);

--# room filings
CREATE TABLE filings (
  id ID NOT NULL PRIMARY KEY,
  organisation_id ID NOT NULL REFERENCES organisations (id),
  case_id ID NOT NULL,
  number INT NOT NULL,
  year INT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  digest BYTES NOT NULL,
  sealed BYTES NOT NULL,
  external TEXT,
  drafted_by_id ID NOT NULL,
  changed_at INSTANT NOT NULL,
  UNIQUE (organisation_id, year, number)
);
CREATE INDEX filings_by_change ON filings (organisation_id, changed_at, id);
CREATE INDEX filings_by_case ON filings (case_id);

CREATE TABLE filing_steps (
  filing_id ID NOT NULL REFERENCES filings (id),
  ordinal INT NOT NULL,
  state TEXT NOT NULL,
  by_id ID NOT NULL,
  at INSTANT NOT NULL,
  sealed BYTES NOT NULL,
  PRIMARY KEY (filing_id, ordinal)
);
