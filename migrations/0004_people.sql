-- The sealed register. In the clear, and said so in the threat model: sex, year
-- and month of birth, citizenships, languages, comune. Sealed under the key of
-- the person: names, contacts, the full date of birth, the address.
create table person (
    network_id      text        not null,
    id              text        not null,
    org_id          text        not null, -- who registered
    sex             text        not null default '',
    birth_year      integer     not null default 0,
    birth_month     integer     not null default 0,
    birth_precision text        not null,
    citizenships    text        not null default '', -- ISO 3166-1 alpha-3, spaces between
    languages       text        not null default '', -- BCP 47, spaces between
    comune          text        not null default '',
    sealed          bytea       not null,
    version         integer     not null,
    created_at      timestamptz not null,
    primary key (network_id, id)
);

-- What a person is found by: HMACs under the search key of the network. It is
-- left out of backups and rebuilt.
create table person_token (
    network_id text  not null,
    token      bytea not null,
    person_id  text  not null,
    primary key (network_id, token, person_id)
);

create table household (
    network_id text        not null,
    id         text        not null,
    created_at timestamptz not null,
    primary key (network_id, id)
);

create table household_member (
    network_id   text    not null,
    id           text    not null,
    household_id text    not null,
    person_id    text    not null,
    relation     text    not null, -- ANPR's table of relations, 1 is the reference person
    valid_from   date    not null,
    valid_to     date,
    primary key (network_id, id)
);
create index household_member_household on household_member (network_id, household_id);
create index household_member_person on household_member (network_id, person_id);
