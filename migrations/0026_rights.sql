-- The rights of a person: what they were told, what they agreed to, what they ask
-- for, and the way to their own page. Words are sealed under the key of the
-- person, and are gone with it; codes and days stay as proof of what was done.

create table person_notice (
    network_id text        not null,
    id         text        not null,
    person_id  text        not null,
    org_id     text        not null, -- the body that gave it
    language   text        not null,
    edition    text        not null, -- which text of the notice, as the body numbers it
    way        text        not null,
    given_on   date        not null,
    given_by   text        not null,
    created_at timestamptz not null,
    primary key (network_id, id)
);
create index person_notice_person on person_notice (network_id, person_id);

-- Only for activities that one may do without: no service asks for a row here.
create table person_consent (
    network_id   text        not null,
    id           text        not null,
    person_id    text        not null,
    org_id       text        not null, -- the body that asked
    purpose      text        not null,
    recipient_id text        not null, -- the organisation that may use it
    section      text        not null, -- of what
    valid_from   date        not null,
    valid_to     date, -- the last day
    given_by     text        not null, -- the account that wrote it down
    withdrawn_at timestamptz,
    withdrawn_by text        not null default '', -- empty: the person, from their own page
    created_at   timestamptz not null,
    primary key (network_id, id)
);
create index person_consent_person on person_consent (network_id, person_id);

create table rights_request (
    network_id  text        not null,
    id          text        not null,
    person_id   text        not null,
    org_id      text        not null, -- the body that registered the person
    kind        text        not null,
    state       text        not null,
    field       text        not null default '', -- of a rectification
    asked_by    text        not null default '', -- empty: the person, from their own page
    asked_on    date        not null,
    due_on      date        not null, -- one month (GDPR, 12.3)
    sealed      bytea       not null, -- what was asked, and what was answered
    reason      text        not null default '', -- why it was refused, a code
    answered_by text        not null default '',
    answered_at timestamptz,
    version     integer     not null,
    primary key (network_id, id)
);
create index rights_request_person on rights_request (network_id, person_id);
create index rights_request_state on rights_request (network_id, state, due_on);

-- A person whose data are only kept. The request says why.
create table person_restriction (
    network_id text        not null,
    person_id  text        not null,
    request_id text        not null,
    since      timestamptz not null,
    lifted_at  timestamptz,
    primary key (network_id, person_id, request_id)
);

-- A person who was erased. The row is written before the key is destroyed, in
-- another database: without done_at the key is still to go.
create table person_erasure (
    network_id    text        not null,
    person_id     text        not null,
    request_id    text        not null,
    reference     text        not null, -- of the authorisation to dispose
    authorised_on date        not null,
    kept          text        not null, -- what was kept and why, as JSON
    erased_by     text        not null,
    erased_at     timestamptz not null,
    done_at       timestamptz,
    primary key (network_id, person_id)
);

-- The way of a person to their own page. The code is kept as a hash, the number
-- as a MAC under the keystore: who reads the table enters as nobody.
create table own_access (
    network_id text        not null,
    id         text        not null,
    person_id  text        not null,
    org_id     text        not null,
    language   text        not null,
    code_hash  bytea       not null unique,
    number_mac bytea       not null,
    failures   integer     not null default 0,
    made_by    text        not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at    timestamptz,
    ended_at   timestamptz,
    primary key (network_id, id)
);
create index own_access_person on own_access (network_id, person_id);

create table own_session (
    token_hash bytea       primary key,
    network_id text        not null,
    person_id  text        not null,
    access_id  text        not null,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create index own_session_person on own_session (network_id, person_id);
