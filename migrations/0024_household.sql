-- Why somebody left a household: a code, empty when it was not said. Who leaves
-- for a protected place leaves without one.
alter table household_member add column left_for text not null default '';

-- Residence permits. When one expires is sealed like the rest of it: nobody can
-- ask the database who stays without one (safeguards, 6).
create table person_permit (
    network_id text        not null,
    id         text        not null,
    person_id  text        not null,
    sealed     bytea       not null,
    version    integer     not null,
    saved_by   text        not null,
    saved_at   timestamptz not null,
    primary key (network_id, id)
);
create index person_permit_person on person_permit (network_id, person_id);

-- What an adult may see and sign of a minor, under the minor's key: rows are
-- added, and of those of one adult the last holds.
create table person_care (
    network_id text        not null,
    id         text        not null,
    minor_id   text        not null,
    adult_id   text        not null,
    sealed     bytea       not null,
    created_by text        not null,
    created_at timestamptz not null,
    primary key (network_id, id)
);
create index person_care_minor on person_care (network_id, minor_id);
create index person_care_adult on person_care (network_id, adult_id);
