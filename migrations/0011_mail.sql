-- Mail that was not sent yet: to whom and what, under a key of its own. When it
-- has left, or was given up, the key is destroyed and the row is deleted.
create table mail (
    network_id text        not null default '',
    id         text        not null,
    content    bytea       not null,
    created_at timestamptz not null,
    primary key (network_id, id)
);
