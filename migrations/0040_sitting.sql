-- A sitting of the multidisciplinary team or of the assessment unit on a case. When it
-- is, how it ended and what it decided as a code stand in the clear; where, about what
-- and all that was said are sealed under the key of the case.
create table sitting (
    network_id    text        not null,
    id            text        not null,
    case_id       text        not null,
    kind          text        not null,
    state         text        not null,
    starts_at     timestamptz not null,
    lasts         integer     not null, -- minutes
    mode          text        not null,
    programme     text        not null default '', -- where it counts, as it stood when it was confirmed
    activity      text        not null default '',
    quorate       boolean     not null default false, -- by the rule of its day: the rule may change since
    decision      text        not null default '',
    cancel_reason text        not null default '',
    sealed        bytea       not null,
    convened_by   text        not null,
    convened_at   timestamptz not null,
    confirmed_by  text        not null default '',
    confirmed_at  timestamptz,
    version       integer     not null,
    primary key (network_id, id)
);
create index sitting_case on sitting (network_id, case_id, starts_at);

-- Who is asked to a sitting, and whether they came: somebody of the team by account,
-- anybody else by a sealed name and body. The profession is that of the day.
create table sitting_seat (
    network_id text not null,
    id         text not null,
    sitting_id text not null,
    account_id text not null default '',
    org_id     text not null default '',
    profession text not null,
    presence   text not null default '',
    sealed     bytea,
    primary key (network_id, id)
);
create index sitting_seat_sitting on sitting_seat (network_id, sitting_id);
create index sitting_seat_account on sitting_seat (network_id, account_id);

-- What the minutes said, every time they were saved: the highest number stands.
create table sitting_minutes (
    network_id text        not null,
    id         text        not null,
    sitting_id text        not null,
    number     integer     not null,
    correction boolean     not null,
    sealed     bytea       not null,
    saved_by   text        not null,
    saved_at   timestamptz not null,
    primary key (network_id, id),
    unique (network_id, sitting_id, number)
);
