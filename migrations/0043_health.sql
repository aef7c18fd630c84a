-- A path of care (mental health, addiction), class C4. Whose it is stands nowhere in
-- the clear: subject is a keyed digest of the person, or of the code of who gives no
-- name. All else is sealed under a key of the path's own and, of a person of the
-- register, under theirs inside it. What stands in the clear is what the ledger has of
-- it. No index on subject: nothing asks whose paths there are.
create table health_path (
    network_id  text        not null,
    id          text        not null,
    org_id      text        not null,
    subject     text        not null,
    state       text        not null,
    programme   text        not null default '',
    activity    text        not null default '',
    opened_on   date        not null,
    first_on    date, -- of the first appointment: to come, or past
    came        boolean     not null default false, -- to the first appointment
    sex         text        not null default '', -- as known when it was opened, for the ledger
    age_class   text        not null default '',
    citizenship text        not null default '',
    sealed      bytea       not null,
    opened_by   text        not null,
    opened_at   timestamptz not null,
    version     integer     not null,
    primary key (network_id, id)
);
