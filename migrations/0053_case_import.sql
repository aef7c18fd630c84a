-- A case that came from another system: the file while it waits for a decision, sealed under
-- the key that its case will have, and then where the case comes from. The same case comes
-- in once for a body. A number that was taken back is never given again.
create table case_import (
    network_id  text        not null,
    id          text        not null, -- of the case that it makes
    org_id      text        not null,
    account_id  text        not null,
    origin      bytea       not null, -- keyed digest of network and case where it comes from
    sealed      bytea, -- null once it was decided
    created_at  timestamptz not null,
    applied_at  timestamptz,
    undone_at   timestamptz,
    newcomers   text        not null default '', -- ids of who was registered with it
    household   text        not null default '', -- registered with it
    number_year integer     not null default 0, -- of a case that was taken back
    number      integer     not null default 0,
    primary key (network_id, id)
);
create unique index case_import_once on case_import (network_id, org_id, origin) where applied_at is not null and undone_at is null;
create index case_import_waiting on case_import (network_id, created_at) where sealed is not null;

-- An assessment that another body made: it is read and compared with, and counts nothing here.
alter table assessment add column imported boolean not null default false;
