create table territory (
    network_id text    not null,
    id         text    not null,
    code       text    not null,
    name       text    not null,
    kind       text    not null,
    parent_id  text    not null default '',
    assumed    boolean not null,
    primary key (network_id, id),
    unique (network_id, code)
);

create table organisation (
    network_id   text    not null,
    id           text    not null,
    code         text    not null,
    name         text    not null,
    kind         text    not null,
    territory_id text    not null default '',
    assumed      boolean not null,
    primary key (network_id, id),
    unique (network_id, code)
);
