-- Failed tries at the sign-in, by account and by source address. The key is a
-- keyed hash, for an e-mail address without an account too: whoever reads the
-- table learns neither addresses nor who has an account.
create table sign_in_try (
    key      bytea       primary key,
    failures integer     not null,
    until_at timestamptz not null -- nothing is tried before
);
