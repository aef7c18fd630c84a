create table desk (
    network_id   text    not null,
    id           text    not null,
    org_id       text    not null,
    name         text    not null,
    programme    text    not null default '', -- whose activity the work of the desk is
    activity     text    not null default '',
    territory_id text    not null default '',
    active       boolean not null,
    primary key (network_id, id)
);

-- What was asked and answered is sealed under the key of the person, or under
-- one of the contact's own when nobody was named.
create table contact (
    network_id   text        not null,
    id           text        not null,
    desk_id      text        not null,
    org_id       text        not null,
    account_id   text        not null,
    held_on      date        not null,
    channel      text        not null,
    language     text        not null default '',
    outcome      text        not null,
    minutes      integer     not null,
    person_id    text        not null default '',
    household_id text        not null default '',
    sex          text        not null default '', -- of who was not named, if said
    age_class    text        not null default '',
    citizenship  text        not null default '',
    sealed       bytea       not null,
    created_at   timestamptz not null,
    primary key (network_id, id)
);
create index contact_held on contact (network_id, org_id, held_on);

create table contact_request (
    network_id text not null,
    contact_id text not null,
    code       text not null,
    primary key (network_id, contact_id, code)
);

create table appointment (
    network_id     text        not null,
    id             text        not null,
    org_id         text        not null,
    booked_by      text        not null,
    person_id      text        not null,
    mediator_id    text        not null default '',
    starts_at      timestamptz not null,
    minutes        integer     not null,
    language       text        not null default '',
    programme      text        not null default '',
    activity       text        not null default '',
    state          text        not null, -- booked, held, missed, cancelled
    held_minutes   integer     not null default 0,
    confirmed_at   timestamptz,
    sealed         bytea       not null, -- who comes, where, about what: as little as serves
    version        integer     not null,
    primary key (network_id, id)
);
create index appointment_starts on appointment (network_id, org_id, starts_at);
create index appointment_mediator on appointment (network_id, mediator_id, starts_at);
