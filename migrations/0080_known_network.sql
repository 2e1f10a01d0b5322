-- +goose Up

-- The networks from which somebody has signed in with both factors, by a keyed hash of person and network: what strangers use up by trying an
-- account's password does not slow its owner down there. Few for each person, and each with an end.
CREATE TABLE known_network (
  worker_id TEXT NOT NULL REFERENCES worker (id),
  network   @bytes NOT NULL,
  seen_at   @int NOT NULL,
  until_at  @int NOT NULL CHECK (until_at > seen_at),
  PRIMARY KEY (worker_id, network)
) @strict;
CREATE INDEX known_network_due ON known_network (until_at);
