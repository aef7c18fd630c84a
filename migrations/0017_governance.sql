-- A session is one time at which people come together, whatever for: a meeting
-- today, a lesson or a workshop later. Its owner is the record that it is of.
create table attendance_session (
    network_id text        not null,
    id         text        not null,
    owner_kind text        not null,
    owner_id   text        not null,
    starts_at  timestamptz not null,
    ends_at    timestamptz not null,
    mode       text        not null, -- of the whole; each presence has its own
    sealed     bytea       not null, -- where: a place may tell who lives there
    version    integer     not null, -- of the session and of its sheet together
    primary key (network_id, id),
    unique (network_id, owner_kind, owner_id)
);

-- Who stands on the sheet of a session, with what was true of them then.
create table presence (
    network_id   text not null,
    id           text not null,
    session_id   text not null,
    subject_kind text not null, -- operator, person, citizen, guest
    subject_id   text not null,
    org_id       text not null default '',
    profession   text not null default '',
    sealed       bytea,         -- name and origin of a guest
    primary key (network_id, id),
    unique (network_id, session_id, subject_kind, subject_id)
);

-- What was marked of a presence, each time that it was: rows are added and never
-- changed, the last holds, and the first number of a correction has its reason.
create table presence_mark (
    network_id  text        not null,
    id          text        not null,
    presence_id text        not null,
    number      integer     not null,
    state       text        not null,
    mode        text        not null default '',
    minutes     integer     not null,
    sealed      bytea,      -- why it was corrected
    saved_by    text        not null,
    saved_at    timestamptz not null,
    primary key (network_id, id),
    unique (network_id, presence_id, number)
);

-- A body that governs a programme. Its seats are codes, numbers and the words of
-- the pack, as JSON: nothing is sought in them.
create table body (
    network_id text        not null,
    id         text        not null,
    programme  text        not null,
    code       text        not null, -- of the pack; of one made by hand, its id
    kind       text        not null,
    title_it   text        not null,
    title_en   text        not null,
    activity   text        not null default '', -- of the logframe: its meetings count there
    org_id     text        not null,            -- that answers for it
    seats      text        not null default '',
    assumed    boolean     not null,
    created_at timestamptz not null,
    primary key (network_id, id),
    unique (network_id, programme, code)
);

create table body_member (
    network_id text    not null,
    id         text    not null,
    body_id    text    not null,
    account_id text    not null default '', -- empty: somebody without an account here
    org_id     text    not null default '',
    seat       text    not null default '', -- of the body's seats; empty: none of them
    task       text    not null,            -- chair, secretary or member
    sealed     bytea,                       -- the name of who has no account, under a key of their own
    valid_from date    not null,
    valid_to   date,                        -- the first day on which they are a member no more
    primary key (network_id, id)
);
create index body_member_body on body_member (network_id, body_id);
create index body_member_account on body_member (network_id, account_id);

create table meeting (
    network_id    text        not null,
    id            text        not null,
    body_id       text        not null,
    state         text        not null, -- convened, held, cancelled
    sealed        bytea       not null, -- agenda
    cancel_reason text        not null default '',
    cancel_sealed bytea,                -- and what was said of it
    confirmed_by  text        not null default '',
    confirmed_at  timestamptz,
    created_by    text        not null,
    created_at    timestamptz not null,
    version       integer     not null,
    primary key (network_id, id)
);
create index meeting_body on meeting (network_id, body_id);
create index meeting_state on meeting (network_id, state);

-- What the minutes said each time that they were saved; the last holds.
create table meeting_minutes (
    network_id text        not null,
    id         text        not null,
    meeting_id text        not null,
    number     integer     not null,
    sealed     bytea       not null, -- the text, the decisions of a draft, the reason of a correction
    correction boolean     not null, -- made after they were confirmed
    saved_by   text        not null,
    saved_at   timestamptz not null,
    primary key (network_id, id),
    unique (network_id, meeting_id, number)
);

-- What a meeting decided, once its minutes are confirmed.
create table decision (
    network_id text        not null,
    id         text        not null,
    meeting_id text        not null,
    body_id    text        not null,
    number     integer     not null, -- in the meeting
    account_id text        not null default '', -- who answers for it: an operator, or a body
    org_id     text        not null default '',
    due_on     date,
    task_id    text        not null default '',
    sealed     bytea       not null,
    primary key (network_id, id),
    unique (network_id, meeting_id, number)
);
create index decision_body on decision (network_id, body_id);
