-- Who said, and when, that a meeting whose minutes were confirmed counts for
-- nothing; why is sealed where the note of a cancellation is.
alter table meeting add column annulled_by text not null default '';
alter table meeting add column annulled_at timestamptz;

-- The MAC of all that a fact says, under a key of the network; null in those that
-- were posted before. A fact keeps the territory of its day, which the records do not
-- know any more: only so can verify tell that nobody altered it.
alter table fact add column mac bytea;
