-- A service asks the mobile team for help: on a case, or on a brief that names nobody.
-- Codes stand in the clear; what was written is sealed under the key of the case, or
-- under one of its own.
create table mobile_request (
    network_id     text        not null,
    id             text        not null,
    case_id        text        not null default '', -- empty: a brief without a name
    asked_by       text        not null,
    org_id         text        not null,
    to_org         text        not null, -- where the team works that is asked
    state          text        not null,
    reason         text        not null,
    urgency        text        not null,
    mode           text        not null, -- that is wished
    languages      text        not null default '', -- codes, with spaces between
    sections       text        not null default '', -- of the case, that are shared; with spaces between
    programme      text        not null default '', -- where the work counts, as it stood when it was asked
    activity       text        not null default '',
    decline_reason text        not null default '',
    rating         integer     not null default 0, -- of the help, from 1; 0 is none
    sealed         bytea       not null,
    asked_at       timestamptz not null,
    version        integer     not null,
    primary key (network_id, id)
);
create index mobile_request_org on mobile_request (network_id, org_id);
create index mobile_request_to on mobile_request (network_id, to_org);
create index mobile_request_case on mobile_request (network_id, case_id);

-- Who of the team works on a request.
create table mobile_worker (
    network_id text        not null,
    request_id text        not null,
    account_id text        not null,
    since      timestamptz not null,
    primary key (network_id, request_id, account_id)
);

-- What team and service write to each other: what is missing, the answer, the advice.
create table mobile_note (
    network_id text        not null,
    id         text        not null,
    request_id text        not null,
    kind       text        not null,
    account_id text        not null,
    written_at timestamptz not null,
    sealed     bytea       not null,
    primary key (network_id, id)
);
create index mobile_note_request on mobile_note (network_id, request_id, id);

create table mobile_activity (
    network_id    text        not null,
    id            text        not null,
    request_id    text        not null,
    kind          text        not null,
    held_on       date        not null,
    minutes       integer     not null,
    professionals text        not null, -- codes of professions, with spaces between
    account_id    text        not null,
    org_id        text        not null,
    void_reason   text        not null default '',
    sealed        bytea       not null,
    created_at    timestamptz not null,
    primary key (network_id, id)
);
create index mobile_activity_request on mobile_activity (network_id, request_id, held_on);
