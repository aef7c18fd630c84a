-- Documents. The content is elsewhere, sealed, under the same id (design,
-- "files"): a row is written after its content, and is removed before it.
create table file (
    network_id  text        not null,
    id          text        not null, -- random: the name of the content
    record_kind text        not null, -- the record it belongs to: who reads that section opens it
    record_id   text        not null,
    section     text        not null,
    owner       text        not null, -- whose key seals content and name
    name        bytea       not null, -- sealed; empty once removed
    media_type  text        not null,
    size        bigint      not null, -- bytes of what is read
    created_by  text        not null,
    created_at  timestamptz not null,
    expires_at  timestamptz,
    removed_at  timestamptz,
    primary key (network_id, id)
);
create index file_record on file (network_id, record_kind, record_id, created_at);
