-- How a person stood before each change, under their key. What stood in the
-- clear stands here too: facts keep what was known when they were posted, and
-- verify asks for it.
create table person_version (
    network_id      text        not null,
    person_id       text        not null,
    version         integer     not null, -- of the state that was replaced
    sex             text        not null,
    birth_year      integer     not null,
    birth_month     integer     not null,
    birth_precision text        not null,
    citizenships    text        not null,
    languages       text        not null,
    comune          text        not null,
    sealed          bytea       not null,
    parts           text        not null, -- that the change touched, spaces between
    saved_by        text        not null, -- who made the change
    saved_at        timestamptz not null,
    primary key (network_id, person_id, version)
);

-- The numbers by which offices know a person. What it is a number of is sealed
-- too; the MAC, of the kind and the number under a key of the network, tells that
-- two are the same. It is not unique: two bodies may each know the person.
create table person_identifier (
    network_id text        not null,
    id         text        not null,
    person_id  text        not null,
    mac        bytea       not null,
    sealed     bytea       not null,
    created_by text        not null,
    created_at timestamptz not null,
    primary key (network_id, id)
);
create index person_identifier_person on person_identifier (network_id, person_id);
create index person_identifier_mac on person_identifier (network_id, mac);

-- What of a person only those see who are named to it, each record with its own
-- grants: a protected address, an STP or ENI code (class C4). Which of them it is
-- is sealed; the MAC is of a code.
create table person_guarded (
    network_id text        not null,
    id         text        not null,
    person_id  text        not null,
    mac        bytea,
    sealed     bytea       not null,
    created_by text        not null,
    created_at timestamptz not null,
    primary key (network_id, id)
);
create index person_guarded_person on person_guarded (network_id, person_id);
create index person_guarded_mac on person_guarded (network_id, mac);
