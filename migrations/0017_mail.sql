-- +goose Up

-- A notice that was looked at for mail; older ones tell nobody any more.
ALTER TABLE notice ADD COLUMN spread @int NOT NULL DEFAULT 0 CHECK (spread IN (0, 1));
UPDATE notice SET spread = 1;
CREATE INDEX notice_to_spread ON notice (told_at, id) WHERE spread = 0;

-- How a person wants to be told by mail; whoever has no row gets what the program thinks best.
CREATE TABLE mail_choice (
  worker_id   TEXT PRIMARY KEY REFERENCES worker (id),
  cadence     TEXT NOT NULL CHECK (cadence IN ('never', 'at_once', 'hourly', 'daily')),
  hour        @int NOT NULL CHECK (hour BETWEEN 0 AND 23),
  quiet_from  @int NOT NULL CHECK (quiet_from BETWEEN 0 AND 23),
  quiet_until @int NOT NULL CHECK (quiet_until BETWEEN 0 AND 23),
  urgent      @int NOT NULL CHECK (urgent IN (0, 1)),
  changed_at  @int NOT NULL,
  version     @int NOT NULL
) @strict;

-- What is to be sent, was sent, or could not be. It says to whom and how often it was tried, never what about.
CREATE TABLE mail (
  id         TEXT PRIMARY KEY,
  worker_id  TEXT NOT NULL REFERENCES worker (id),
  agency_id  TEXT NOT NULL REFERENCES agency (id),
  state      TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'dead', 'dropped')),
  since_at   @int NOT NULL,
  news       @int NOT NULL DEFAULT 1,
  due_at     @int NOT NULL,
  tries      @int NOT NULL DEFAULT 0,
  holder     TEXT NOT NULL DEFAULT '',
  held_until @int NOT NULL DEFAULT 0,
  reason     TEXT NOT NULL DEFAULT '',
  made_at    @int NOT NULL,
  settled_at @int NOT NULL DEFAULT 0,
  version    @int NOT NULL DEFAULT 1
) @strict;
CREATE UNIQUE INDEX mail_waiting ON mail (worker_id) WHERE state = 'waiting';
CREATE INDEX mail_due ON mail (due_at, id) WHERE state = 'waiting';
CREATE INDEX mail_of_agency ON mail (agency_id, state, made_at, id);
CREATE INDEX mail_of_worker ON mail (worker_id, made_at, id);
CREATE INDEX mail_settled ON mail (settled_at) WHERE settled_at > 0;
