-- The platform: who one is, what is open to whom, what was done.
-- Every row of a network carries network_id first in its key, so that the
-- tables can be distributed by network unchanged (design, idea 7).

create table network (
    id         text        primary key,
    code       text        not null unique,
    name       text        not null,
    created_at timestamptz not null
);

create table account (
    id            text        primary key,
    email         text        not null unique, -- folded to lower case in Go
    name          text        not null,
    language      text        not null default 'it',
    password_hash text        not null default '',
    active        boolean     not null,
    created_at    timestamptz not null
);

create table membership (
    network_id text not null,
    id         text not null,
    account_id text not null references account (id),
    org_id     text not null,
    role       text not null,
    profession text not null default '',
    programmes text not null default '', -- codes with spaces between; rights per programme hold only there
    valid_from date not null,
    valid_to   date,
    primary key (network_id, id)
);
create index membership_account on membership (account_id);

-- Tokens are kept as hashes: whoever reads the table can sign in as nobody.
create table session (
    token_hash bytea       primary key,
    account_id text        not null references account (id),
    created_at timestamptz not null,
    seen_at    timestamptz not null,
    expires_at timestamptz not null
);

create table api_token (
    token_hash bytea       primary key,
    account_id text        not null references account (id),
    label      text        not null default '',
    created_at timestamptz not null
);

create table access_grant (
    network_id   text        not null,
    id           text        not null,
    subject_kind text        not null,
    subject_id   text        not null,
    grantee_kind text        not null,
    grantee_id   text        not null,
    section      text        not null,
    basis        text        not null,
    valid_from   timestamptz not null,
    valid_to     timestamptz,
    primary key (network_id, id)
);
create unique index access_grant_open on access_grant
    (network_id, subject_kind, subject_id, grantee_kind, grantee_id, section) where valid_to is null;
create index access_grant_grantee on access_grant (network_id, grantee_kind, grantee_id, subject_kind);
create index access_grant_subject on access_grant (network_id, subject_kind, subject_id);

-- Rows are added and never changed. No row points at another: the sealer will
-- chain them afterwards (design, decision 4).
create table audit (
    network_id  text        not null,
    id          text        not null,
    at          timestamptz not null,
    account_id  text        not null,
    org_id      text        not null,
    role        text        not null,
    act         text        not null,
    record_kind text        not null,
    record_id   text        not null,
    section     text        not null default '',
    reason      text        not null default '',
    request_id  text        not null default '',
    mac         bytea       not null,
    primary key (network_id, id)
);
create index audit_record on audit (network_id, record_kind, record_id, at);

create table once (
    network_id text        not null,
    account_id text        not null,
    key        text        not null,
    digest     bytea       not null,
    result_id  text        not null,
    created_at timestamptz not null,
    primary key (network_id, account_id, key)
);
