-- Emergency access to a case by somebody who is not in its team. Who asked in vain stands
-- here too, without a case and without words: nobody reads from it that there is none.
create table emergency_access (
    network_id text        not null,
    id         text        not null,
    account_id text        not null,
    org_id     text        not null,
    case_id    text        not null default '',
    reason     text        not null,
    asked_at   timestamptz not null,
    until      timestamptz, -- when it closes by itself, or was ended; null where nothing was opened
    ended_by   text        not null default '', -- who ended it before its time
    sealed     bytea, -- why, in words, under the key of the case
    primary key (network_id, id)
);
create index emergency_access_account on emergency_access (network_id, account_id, asked_at);
create index emergency_access_case on emergency_access (network_id, case_id, until);

-- A mandate that ended because the case had been closed for long comes back with the case
-- that reopens it; one that somebody ended does not.
alter table case_team add column lapsed boolean not null default false;
