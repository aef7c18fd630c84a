-- Kits that every area uses: tasks and reminders, comments, code lists.

-- A task's words are the narrative of a case: sealed under the key of the record
-- they are about, or under one of its own. A reminder has none: its message is
-- a key of the catalogue, its values are codes and days.
create table task (
    network_id    text        not null,
    id            text        not null,
    record_kind   text        not null default '',
    record_id     text        not null default '',
    section       text        not null default '',
    key_owner     text        not null default '', -- whose key seals the words
    sealed        bytea,
    message       text        not null default '',
    args          text        not null default '', -- of the message, as JSON
    source        text        not null default '', -- what made it, once; empty when somebody wrote it
    assignee_id   text        not null default '',
    org_id        text        not null default '', -- without an assignee: who of that organisation, and role, takes it
    role          text        not null default '',
    due_on        date,
    snoozed_until date,
    created_by    text        not null default '',
    created_at    timestamptz not null,
    done_by       text        not null default '',
    done_at       timestamptz,
    saved_by      text        not null default '', -- who wrote the words last
    saved_at      timestamptz not null,
    version       integer     not null,
    primary key (network_id, id)
);
create unique index task_source on task (network_id, source) where source <> '';
create index task_record on task (network_id, record_kind, record_id);
create index task_assignee on task (network_id, assignee_id, done_at);
create index task_queue on task (network_id, org_id, role);
create index task_author on task (network_id, created_by, done_at);

-- What colleagues write to each other beside a record, sealed under its key.
create table work_comment (
    network_id  text        not null,
    id          text        not null,
    record_kind text        not null,
    record_id   text        not null,
    section     text        not null,
    key_owner   text        not null,
    author_id   text        not null,
    created_at  timestamptz not null,
    edited_at   timestamptz,
    removed_at  timestamptz, -- the words are kept, and shown to nobody
    sealed      bytea       not null,
    version     integer     not null,
    primary key (network_id, id)
);
create index work_comment_record on work_comment (network_id, record_kind, record_id, created_at);

-- What a comment said before it was edited.
create table work_comment_version (
    network_id text        not null,
    comment_id text        not null,
    version    integer     not null,
    saved_at   timestamptz not null,
    sealed     bytea       not null,
    primary key (network_id, comment_id, version)
);

-- What a network has changed of the code lists that ship with the product. Rows
-- are added and never changed: the last of a code holds, and together they are
-- its history. How many there are is the version of the network's lists.
create table code_edit (
    network_id text        not null,
    id         text        not null,
    list       text        not null,
    code       text        not null,
    version    integer     not null, -- of the code, from 1
    act        text        not null,
    entry      text        not null default '', -- as JSON; empty: as it ships
    account_id text        not null,
    created_at timestamptz not null,
    primary key (network_id, id),
    unique (network_id, list, code, version)
);
