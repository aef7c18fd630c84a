-- The way of a person into work, on the case of their family. Codes and days stand in the
-- clear; what they can do, and where they work, are sealed under the key of the person.
create table work_path (
    network_id text        not null,
    id         text        not null,
    case_id    text        not null,
    person_id  text        not null,
    programme  text        not null default '', -- where it counts, as it stood when it was opened
    activity   text        not null default '',
    opened_on  date        not null,
    sealed     bytea       not null,
    version    integer     not null,
    opened_by  text        not null,
    created_at timestamptz not null,
    primary key (network_id, id)
);
-- One person has one way in one case: of two who begin it at once, one wins.
create unique index work_path_case on work_path (network_id, case_id, person_id);
create index work_path_person on work_path (network_id, person_id);

-- A step of it: a training, an internship, a job; of a job, whether it was kept.
create table work_step (
    network_id  text        not null,
    id          text        not null,
    path_id     text        not null,
    kind        text        not null,
    started_on  date        not null,
    ended_on    date,
    outcome     text        not null default '',
    contract    text        not null default '',
    kept_3      text        not null default '', -- after three months: yes, no, or nobody has looked
    kept_3_on   date,
    kept_6      text        not null default '',
    kept_6_on   date,
    sealed      bytea       not null,
    void_reason text        not null default '', -- why it does not count any more
    version     integer     not null,
    account_id  text        not null,
    org_id      text        not null, -- of who wrote it
    created_at  timestamptz not null,
    primary key (network_id, id)
);
create index work_step_path on work_step (network_id, path_id, started_on);
