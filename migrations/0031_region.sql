-- What the link job compares across networks, and nobody else reads: digests under
-- the key of the region, which no network has, of a definitive codice fiscale
-- (slot 0) and of a name as it sounds with the day of birth (the others). Everybody
-- has a row in every slot, filled with a digest that nobody else has where nothing
-- is known: how many rows there are must not tell who has a codice fiscale. Those
-- who are known only where it must not be told have none. In no backup.
create table region_digest (
    network_id text    not null,
    person_id  text    not null,
    slot       integer not null,
    digest     bytea   not null,
    primary key (network_id, person_id, slot)
);
create index region_digest_digest on region_digest (digest, slot, network_id);

-- One comparison of all networks. What it found counts when it has ended. It is of
-- no network.
create table link_run (
    id         text        primary key,
    mark       text        not null, -- how far it has come, in the words of the job
    begun_at   timestamptz not null,
    ended_at   timestamptz
);

-- Which subjects of different networks are one person: those with the same link,
-- which is random and stands nowhere else.
create table ledger_link (
    network_id text not null,
    run_id     text not null,
    subject_id text not null,
    link_id    text not null,
    primary key (network_id, run_id, subject_id)
);
create index ledger_link_link on ledger_link (run_id, link_id);
create index ledger_link_subject on ledger_link (network_id, subject_id);
