-- How one comes to an account, and what one works as there.

-- A link by which a password is set: the invitation to a new account, or a new
-- password for one in use. An account has one at most: the next takes its place,
-- and the one that was used is gone. The token is kept as a hash.
create table sign_in_link (
    account_id text        primary key references account (id),
    token_hash bytea       not null unique,
    network_id text        not null, -- where it was made
    made_by    text        not null, -- the account that made it; empty when it was asked for at the sign-in
    created_at timestamptz not null,
    expires_at timestamptz not null
);

-- A membership that is ended on the day itself ends at that instant: ended_at
-- says so, and valid_to, its last day, stays for who counts in days.
alter table membership add column ended_at timestamptz;
alter table membership add column version integer not null default 1;

-- In which membership one works: empty is the first that holds.
alter table session add column network_id text not null default '';
alter table session add column membership_id text not null default '';

-- A bearer token is bound to one membership and ends. Those made before are bound
-- to the one they worked in; the default is the day on which they end.
alter table api_token add column network_id text not null default '';
alter table api_token add column membership_id text not null default '';
alter table api_token add column expires_at timestamptz not null default '2027-02-28 00:00:00+00:00';
alter table api_token add column used_at timestamptz;

update api_token set network_id = coalesce((
    select m.network_id from membership m
    where m.account_id = api_token.account_id and (m.valid_to is null or m.valid_to >= current_date)
    order by m.valid_from, m.id limit 1), '');
update api_token set membership_id = coalesce((
    select m.id from membership m
    where m.account_id = api_token.account_id and (m.valid_to is null or m.valid_to >= current_date)
    order by m.valid_from, m.id limit 1), '');
