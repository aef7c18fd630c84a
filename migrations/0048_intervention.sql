-- What an intervention gave to the family: a code of the list of services, who gave it, how
-- much, what it cost and which period it covers. A provider outside the network, and why it
-- goes on beside another of its kind, are sealed with the note.
alter table intervention add column code text not null default ''; -- empty: work alone
alter table intervention add column provider_id text not null default ''; -- empty: the body of who wrote, or one in words
alter table intervention add column quantity bigint not null default 0; -- hundredths of the unit
alter table intervention add column unit text not null default '';
alter table intervention add column cost bigint not null default 0; -- cents of euro
alter table intervention add column covers_from date; -- null where there is no code
alter table intervention add column covers_to date;
-- From when to when on the day, in minutes after midnight; both 0 where nobody said.
alter table intervention add column starts_minute integer not null default 0;
alter table intervention add column ends_minute integer not null default 0;
-- 0: as it was written before there were versions, the note sealed alone.
alter table intervention add column version integer not null default 0;

-- An hour of an operator is charged once, an expense of a family too.
create index intervention_hours on intervention (network_id, account_id, held_on);
create index case_file_household on case_file (network_id, household_id);

-- All that an intervention said until it was corrected, with the reason, sealed.
create table intervention_earlier (
    network_id      text        not null,
    intervention_id text        not null,
    version         integer     not null,
    sealed          bytea       not null,
    ended_at        timestamptz not null,
    primary key (network_id, intervention_id, version)
);
