-- A place keeps its identity while its name and its place in the tree change:
-- municipalities merge, an Ambito changes its members. What changes stands in
-- spans, and the tree is read as it was on a day. A span without a first day
-- begins before anybody wrote it down; valid_to is the first day after it.
create table territory_span (
    network_id   text not null,
    id           text not null,
    territory_id text not null,
    name         text not null,
    parent_id    text not null default '',
    valid_from   date,
    valid_to     date,
    primary key (network_id, id)
);
create index territory_span_territory on territory_span (network_id, territory_id);
insert into territory_span (network_id, id, territory_id, name, parent_id)
    select network_id, id, id, name, parent_id from territory;
alter table territory drop column name;
alter table territory drop column parent_id;
alter table territory add column istat text not null default '';
alter table territory add column successor_id text not null default ''; -- into which it was merged
alter table territory add column version integer not null default 1;

-- What a body says of itself in public: nothing here is about a person.
alter table organisation add column tax_code text not null default ''; -- codice fiscale, 11 digits
alter table organisation add column ipa_code text not null default ''; -- Indice PA
alter table organisation add column address text not null default '';
alter table organisation add column email text not null default '';
alter table organisation add column phone text not null default '';
alter table organisation add column website text not null default '';
alter table organisation add column valid_from date;
alter table organisation add column valid_to date; -- first day on which it works here no more
alter table organisation add column version integer not null default 1;
create index organisation_territory on organisation (network_id, territory_id);

create table partnership (
    network_id text    not null,
    id         text    not null,
    programme  text    not null,
    org_id     text    not null,
    role       text    not null,
    functions  text    not null default '', -- codes, spaces between
    assumed    boolean not null default false,
    valid_from date,
    valid_to   date, -- first day on which it is a partner no more
    version    integer not null default 1,
    primary key (network_id, id)
);
create unique index partnership_open on partnership (network_id, programme, org_id, role) where valid_to is null;
create index partnership_org on partnership (network_id, org_id);

create table agreement (
    network_id text        not null,
    id         text        not null,
    kind       text        not null,
    title      text        not null,
    programmes text        not null default '', -- codes, spaces between
    class      text        not null, -- the highest class of data that it covers
    signed_on  date, -- null: a draft, which opens nothing
    valid_from date        not null,
    valid_to   date, -- the last day, included, as agreements say it
    ended_on   date, -- the last day, when it was ended before its time
    end_reason text        not null default '',
    protocol   text        not null default '',
    contact    text        not null default '', -- where people ask about their data: an office, never a person
    version    integer     not null,
    created_at timestamptz not null,
    primary key (network_id, id)
);

create table agreement_party (
    network_id   text not null,
    agreement_id text not null,
    org_id       text not null,
    role         text not null,
    primary key (network_id, agreement_id, org_id)
);
create index agreement_party_org on agreement_party (network_id, org_id);

-- For which purposes an agreement covers which parts of a record.
create table agreement_cover (
    network_id   text not null,
    agreement_id text not null,
    purpose      text not null,
    section      text not null,
    primary key (network_id, agreement_id, purpose, section)
);

-- The gates that agreements hold open, between two organisations and in one
-- direction, for a purpose and a section. It is derived from the agreements and
-- written again whenever one changes; the scope reads it with the day, so that
-- what has expired closes by itself. valid_to is included.
create table sharing_gate (
    network_id   text not null,
    to_org       text not null,
    from_org     text not null,
    purpose      text not null,
    section      text not null,
    agreement_id text not null,
    class        text not null,
    valid_from   date not null,
    valid_to     date,
    primary key (network_id, to_org, from_org, purpose, section, agreement_id)
);
create index sharing_gate_agreement on sharing_gate (network_id, agreement_id);

-- Whose household it is: the body that registered it.
alter table household add column org_id text not null default '';
update household set org_id = coalesce((
    select min(p.org_id) from household_member m
    join person p on p.network_id = m.network_id and p.id = m.person_id
    where m.network_id = household.network_id and m.household_id = household.id), '');

-- A grant says who shares, for what, and how careful one must be with it. A
-- grant without an owner opens nothing.
alter table access_grant add column owner_org text not null default '';
alter table access_grant add column purpose text not null default 'case_work';
alter table access_grant add column class text not null default 'C2';
update access_grant set owner_org = coalesce((
    select c.org_id from case_file c where c.network_id = access_grant.network_id and c.id = access_grant.subject_id), '')
    where subject_kind = 'case';
update access_grant set owner_org = coalesce((
    select h.org_id from household h where h.network_id = access_grant.network_id and h.id = access_grant.subject_id), '')
    where subject_kind = 'household';
update access_grant set owner_org = coalesce((
    select p.org_id from person p where p.network_id = access_grant.network_id and p.id = access_grant.subject_id), '')
    where subject_kind = 'person';
update access_grant set purpose = 'desk', owner_org = coalesce((
    select c.org_id from contact c where c.network_id = access_grant.network_id and c.id = access_grant.subject_id), '')
    where subject_kind = 'contact';
update access_grant set purpose = 'mediation', owner_org = coalesce((
    select a.org_id from appointment a where a.network_id = access_grant.network_id and a.id = access_grant.subject_id), '')
    where subject_kind = 'appointment';
update access_grant set class = 'C3' where section in ('area_1', 'area_6', 'plan', 'diary');
update access_grant set class = 'C4' where subject_kind = 'case' and exists (
    select 1 from case_file c
    join programme p on p.network_id = c.network_id and p.code = c.programme and p.class = 'C4'
    where c.network_id = access_grant.network_id and c.id = access_grant.subject_id);
drop index access_grant_open;
create unique index access_grant_open on access_grant
    (network_id, subject_kind, subject_id, grantee_kind, grantee_id, section, owner_org, purpose, basis) where valid_to is null;
