-- Work for later, enqueued in the transaction of what causes it. Args are ids
-- and codes, never names or texts: the program refuses others.
create table job (
    network_id   text        not null default '', -- empty: of the installation, as what the timetable starts
    id           text        not null,
    account_id   text        not null default '', -- who enqueued it, and whose list shows it
    membership   text        not null default '', -- in which they worked then; empty: any
    system       boolean     not null,            -- it needs nobody's rights; otherwise it acts in the name of account_id
    lang         text        not null default '',
    kind         text        not null,
    args         text        not null,
    unique_key   text        not null default '',
    state        text        not null,            -- waiting, running, done, failed, cancelled
    attempt      integer     not null default 0,  -- tries begun
    attempts     integer     not null,            -- tries at the most
    created_at   timestamptz not null,
    run_at       timestamptz not null,            -- not before
    started_at   timestamptz,                     -- the last try
    finished_at  timestamptz,
    worker       text        not null default '', -- who runs it: what another writes about it is refused
    lease_until  timestamptz,                     -- then the worker counts as dead
    cancel_asked boolean     not null default false,
    steps_done   integer     not null default 0,
    steps        integer     not null default 0,  -- of how many; 0 is not known
    outcome_key  text        not null default '', -- a message key and its args: numbers and codes
    outcome_args text        not null default '',
    link         text        not null default '', -- a path of ours, where the result is
    primary key (network_id, id)
);
-- One job for a key at a time: of what is over there may be many.
create unique index job_unique on job (network_id, kind, unique_key)
    where unique_key <> '' and state in ('waiting', 'running');
create index job_due on job (run_at) where state = 'waiting';
create index job_lease on job (lease_until) where state = 'running';
create index job_over on job (finished_at) where finished_at is not null;
create index job_own on job (network_id, account_id, id);
