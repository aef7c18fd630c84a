-- Referrals of a case to another body. Who, to whom, which parts, on what ground and
-- until when stand in the clear; what was written and what was shared is sealed under
-- the key of the case, and who each person is under the person's own.
create table referral (
    network_id     text        not null,
    id             text        not null,
    case_id        text        not null,
    sent_by        text        not null,
    to_org         text        not null,
    reason         text        not null,
    sections       text        not null, -- of the case, with spaces between
    identity       text        not null, -- how much of the persons: 'name', or 'contact' too
    basis          text        not null,
    protect_reason text        not null default '', -- why without an agreement: to protect a minor
    class          text        not null,
    meets_on       date, -- of a warm hand-over: when one meets together
    sent_on        date        not null,
    reply_by       date        not null,
    state          text        not null,
    position       integer     not null default 0, -- in the waiting list of who was asked
    refusal        text        not null default '', -- why not, a code
    accepted_on    date,
    operator_id    text        not null default '', -- who works on it; empty where nobody has an account
    ended_on       date,
    outcome        text        not null default '',
    raised         integer     not null default 0, -- late: 1 the sender was told, 2 the receiver too
    sealed         bytea       not null,
    answer         bytea, -- what who was asked has written
    result         bytea, -- what was written at the end
    version        integer     not null,
    created_at     timestamptz not null,
    primary key (network_id, id)
);
create index referral_case on referral (network_id, case_id);
create index referral_to on referral (network_id, to_org, state);
create index referral_late on referral (network_id, state, reply_by);

-- Who the persons are, as it was shared: gone with the key of each.
create table referral_person (
    network_id  text  not null,
    referral_id text  not null,
    person_id   text  not null,
    sealed      bytea not null,
    primary key (network_id, referral_id, person_id)
);

-- The way by which a body without an account answers. A referral has one at most: the
-- next takes its place, and an answer ends it.
create table referral_link (
    token_hash  bytea       primary key,
    network_id  text        not null,
    referral_id text        not null,
    language    text        not null,
    made_by     text        not null,
    created_at  timestamptz not null,
    expires_at  timestamptz not null,
    unique (network_id, referral_id)
);

-- The form by which one service or school without an account reports somebody.
create table report_link (
    network_id text        not null,
    id         text        not null,
    org_id     text        not null, -- who gets the reports
    sender     text        not null, -- to whom the link was given: the name of a body
    language   text        not null,
    token_hash bytea       not null unique,
    made_by    text        not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at   timestamptz,
    primary key (network_id, id)
);

-- A report (segnalazione) that came in by such a form, sealed under a key of its own.
create table report (
    network_id  text        not null,
    id          text        not null,
    link_id     text        not null,
    org_id      text        not null,
    number      text        not null, -- the receipt: all that the form gives back
    urgency     text        not null,
    state       text        not null,
    refusal     text        not null default '',
    case_id     text        not null default '', -- that was opened from it
    answered_by text        not null default '',
    answered_on date,
    sealed      bytea       not null,
    answer      bytea,
    created_at  timestamptz not null,
    primary key (network_id, id)
);
create index report_org on report (network_id, org_id, state);
create index report_link_of on report (network_id, link_id, created_at);
