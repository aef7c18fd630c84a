-- The keystore. It never travels with a backup of the data (design, decision 1).
create table network_key (
    network_id  text        not null,
    kek_version integer     not null,
    wrapped     bytea       not null,
    created_at  timestamptz not null,
    primary key (network_id, kek_version)
);

-- The owner is a person, a case, a contact without a name, or a purpose of the
-- network itself, such as !search. A destroyed key leaves its row, empty.
create table wrapped_key (
    network_id   text        not null,
    owner        text        not null,
    kek_version  integer     not null,
    wrapped      bytea       not null,
    created_at   timestamptz not null,
    destroyed_at timestamptz,
    primary key (network_id, owner)
);
