-- A prevention group, class C4 as a path of care is (0043): a record of its own under a
-- key of its own, open to who is named to it. In the clear stands what the ledger has.
create table health_group (
    network_id text        not null,
    id         text        not null,
    org_id     text        not null,
    state      text        not null, -- open, closed (nobody new comes in), ended
    programme  text        not null default '',
    activity   text        not null default '',
    sealed     bytea       not null,
    opened_by  text        not null,
    opened_at  timestamptz not null,
    version    integer     not null,
    primary key (network_id, id)
);

-- Who comes to a group by name or by a code; subject is a keyed digest of the person, or
-- of the body and the code, as in health_path.
create table health_group_person (
    network_id  text        not null,
    id          text        not null,
    group_id    text        not null,
    subject     text        not null,
    sex         text        not null default '', -- as known on the day on which they came in, for the ledger
    age_class   text        not null default '',
    citizenship text        not null default '',
    joined_on   date        not null,
    left_on     date, -- the first day on which they come no more
    sealed      bytea       not null,
    added_by    text        not null,
    added_at    timestamptz not null,
    primary key (network_id, id),
    unique (network_id, group_id, subject)
);

-- One time at which a group came together; when, where and who was there is attendance.
-- It counts once its sheet was saved, and no more once it was taken back.
create table health_group_session (
    network_id text        not null,
    id         text        not null,
    group_id   text        not null,
    held       boolean     not null default false,
    voided     boolean     not null default false,
    sealed     bytea       not null, -- topic, who came without saying who they are, why it was taken back
    written_by text        not null,
    written_at timestamptz not null,
    primary key (network_id, id)
);
create index health_group_session_group on health_group_session (network_id, group_id);
