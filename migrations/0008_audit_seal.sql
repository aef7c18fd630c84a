-- The seal of the audit: a Merkle tree for each network over the rows in the
-- order in which they were sealed (design, decision 4). It is written after the
-- rows, by one sealer at a time: two take the same seq, and one loses.
create table audit_seal (
    network_id text   not null,
    seq        bigint not null,
    row_id     text   not null,
    primary key (network_id, seq)
);
create unique index audit_seal_row on audit_seal (network_id, row_id);

-- The stored hashes of golang.org/x/mod/sumdb/tlog, by their index.
create table audit_hash (
    network_id text   not null,
    position   bigint not null,
    hash       bytea  not null,
    primary key (network_id, position)
);

-- What the tree was when last sealed, under a MAC.
create table audit_head (
    network_id text        primary key,
    size       bigint      not null,
    root       bytea       not null,
    at         timestamptz not null,
    mac        bytea       not null
);

-- The auditor reads the newest first.
create index audit_at on audit (network_id, at, id);
